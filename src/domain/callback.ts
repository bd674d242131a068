import type { InputError } from '../lib/refusal.ts';
import type { Notice } from './notice.ts';
import type { CallbackRequest } from './sources/contract.ts';
import type { SchemeName } from './sources/schemes.ts';
import type { CallbackStatus, Mode, Reason } from './terms.ts';

/** A configured sender. */
export interface CallbackSource {
  storeId: string;
  id: string;
  account: string;
  mode: Mode;
  scheme: SchemeName;
  /** As the scheme's own schema made it. */
  config: unknown;
  /** Its customer ids mean nothing outside of its account. */
  ownCustomers: boolean;
}

/** What a callback is checked and read by, as the database holds it. */
export interface FoundSource extends CallbackSource {
  /** The store's, sealed. */
  digestKey: string;
  sealedAccessToken: string | null;
  /** Newest first. */
  secrets: { id: string; sealed: string; expiresAt: number | null }[];
}

/** A callback whose sender is proved: from here on it is not lost. */
export interface AuthenticCallback {
  id: string;
  sourceId: string;
  /** null where the scheme signs no id of its own, and when it is carried out once more. */
  messageId: string | null;
  request: CallbackRequest;
  /** The request, sealed to the callback's row. */
  sealed: string;
  receivedAt: number;
  /** Since when it is carried out once more; its row is there already. */
  replayedAt: number | null;
}

/** One whose content is understood. */
export interface VerifiedCallback
  extends Pick<AuthenticCallback, 'id' | 'messageId' | 'sealed' | 'receivedAt' | 'replayedAt'> {
  source: CallbackSource & {
    /** HMAC key of the store's digests. */
    digestKey: CryptoKey;
  };
  type: string;
  notices: Notice[];
}

/** One notice of it. */
export interface Told<Kind extends Notice = Notice> {
  callback: VerifiedCallback;
  notice: Kind;
}

export interface CallbackAnswer {
  status: CallbackStatus;
  reason: Reason | null;
  conversionId: string | null;
}

/** As the inbox keeps it. */
export interface KeptAnswer extends CallbackAnswer {
  /** What to mend. */
  errors?: InputError[];
}

/** The best that came of any notice says most about the whole. */
const BY_WEIGHT: CallbackStatus[] = ['credited', 'recorded', 'parked', 'duplicate', 'ignored'];

export function answerOf(answers: readonly CallbackAnswer[]): CallbackAnswer {
  const weight = ({ status }: CallbackAnswer) => BY_WEIGHT.indexOf(status);
  const [first] = answers.toSorted((a, b) => weight(a) - weight(b));
  return first ?? { status: 'ignored', reason: null, conversionId: null };
}
