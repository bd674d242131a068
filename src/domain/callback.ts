import type { Notice } from './notice.ts';
import type { CallbackStatus, Mode, Reason } from './terms.ts';

/** A configured sender, with what its store needs to recognise people. */
export interface Source {
  storeId: string;
  id: string;
  account: string;
  mode: Mode;
  /** HMAC key of the store's digests. */
  digestKey: CryptoKey;
}

/** A callback whose sender is proved and whose content is understood. */
export interface VerifiedCallback {
  source: Source;
  /** null where the scheme signs no id of its own. */
  messageId: string | null;
  type: string;
  notice: Notice;
  receivedAt: number;
}

export interface CallbackAnswer {
  status: CallbackStatus;
  reason: Reason | null;
  conversionId: string | null;
}
