import type { PublishedKeys, Scheme } from '../../../src/domain/sources/contract.ts';

/** Two keys that the source may trust at once while they rotate, and one that it never does. */
export type KeyName = 'current' | 'former' | 'foreign';

/** A body as the sender writes it, and what it means to us. */
export interface Sample {
  body: string;
  /** Headers that say something about the body, e.g. its topic; lower case. */
  headers?: Record<string, string>;
  /** What its notices say, as far as it matters; no notice for what does not concern us. */
  notices: object[];
  /** What the sender's API answers, by URL; nothing else is found. */
  answers?: Record<string, unknown>;
}

export interface Message {
  key: KeyName;
  sample: Sample;
  /** Of the message, for schemes that carry one outside the body. */
  id: string;
  /** Seconds since the epoch. */
  at: number;
}

type Signed = Record<string, string> | Promise<Record<string, string>>;

/** What the suite has to know of one scheme in one configuration to hold it to the contract. */
export interface Row {
  title: string;
  scheme: Scheme<unknown>;
  /** How the source stands when these keys are in force, newest first. Public keys may stand in the configuration. */
  source(inForce: KeyName[]): { config: unknown; secrets: string[]; publishedKeys?: PublishedKeys };
  accessToken?: string;
  /** All headers of the request that this sender makes, names in lower case: a POST to ADDRESS. */
  sign(message: Message): Signed;
  /** Other requests for which the same headers and body must not do, where the scheme signs more than those. */
  elsewhere?: { method?: string; url?: string }[];
  /** Where any character that is changed must cost the signature. */
  signatureHeaders: string[];
  /** Headers without which, or with two of which, the request is malformed. */
  once: string[];
  /** By what a repeat of the message ID is known, out of the headers or out of the body of the order; null: by nothing. */
  messageId: string | null;
  /** Whether a time is signed; it is then good for 300 s both ways. */
  timed: boolean;
  /** For a time that has to be decimal digits. */
  timestamp?: {
    /** How AT is written. */
    now: string;
    /** The order, signed by the current key with any text in the place of the time. */
    sign(timestamp: string): Signed;
    /** The same headers with another time, not signed anew. */
    redate(headers: Record<string, string>, timestamp: string): Record<string, string>;
  };
  /** For a signed header that holds the id of the message, of at most 256 letters, digits, `_` or `-`. */
  id?: {
    header: string;
    /** The order, signed by the current key with any text in the place of the id. */
    sign(id: string): Signed;
  };
  samples: { order: Sample; refund: Sample; unknown: Sample };
}

export const AT = 1_772_366_400;
export const ID = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W';
export const ADDRESS = 'https://refer.example.com/callbacks/src_01kar7b2e5f3v8t9w0x1y2z3a4';

export function random(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(bytes);
}
