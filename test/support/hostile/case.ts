import type { Post } from './post.ts';
import type { Target } from './target.ts';

/** What is answered: the status and the code of the problem, or what was done. */
export interface Expected {
  status: number;
  /** null: workerd itself refuses it, before there is a request for us. */
  says: string | null;
  /** Rows that are new, by their tables; none where nothing is said. */
  rows?: Record<string, number>;
}

/** One attack. The title completes "it …". */
export type Case = [title: string, post: (target: Target) => Post | Promise<Post>, expected: Expected];

/** A required header is missing, repeated or outside its grammar. */
export const MALFORMED: Expected = { status: 400, says: 'callback_malformed' };
/** Authentic, but no JSON that has one meaning only. It is not kept: there is nothing to be carried out again. */
export const NO_JSON: Expected = { status: 400, says: 'body_malformed' };
/** The body did not come whole: nothing of it is looked at. */
export const BROKEN_OFF: Expected = { status: 400, says: 'body_malformed' };
export const NO_HTTP: Expected = { status: 400, says: null };
/** Freshness, key, signature, source: one answer for all of them. */
export const REFUSED: Expected = { status: 401, says: 'signature_invalid' };
/** workerd itself knows no such method. */
export const NO_VERB: Expected = { status: 501, says: null };
export const NO_ROUTE: Expected = { status: 404, says: 'route_not_found' };
export const NO_METHOD: Expected = { status: 405, says: 'method_not_allowed' };
/** The answer to HEAD has no content. */
export const NO_HEAD: Expected = { status: 405, says: null };
export const TOO_LARGE: Expected = { status: 413, says: 'body_too_large' };
export const NO_ENCODING: Expected = { status: 415, says: 'content_encoding_unsupported' };
export const NO_MEDIA: Expected = { status: 415, says: 'media_type_unsupported' };

/** Authentic: kept in the inbox for the operator, and nothing else is done. */
export const UNUSABLE: Expected = { status: 422, says: 'callback_unusable', rows: { callbacks: 1 } };
/** The same of a platform that switches an address off for its errors; also what is no JSON. */
export const KEPT: Expected = { status: 200, says: 'unusable', rows: { callbacks: 1 } };
export const IGNORED: Expected = { status: 200, says: 'ignored', rows: { callbacks: 1 } };
export const HELD: Expected = { status: 200, says: 'held', rows: { callbacks: 1 } };
/** An unsigned request by which a platform tries the address. */
export const PING: Expected = { status: 200, says: 'ignored' };
/** An order that the store told of, and that nobody earns anything by. */
export const RECORDED: Expected = { status: 200, says: 'recorded', rows: { callbacks: 1, orders: 1, conversions: 1 } };
/** Of an order that is not known. */
export const PARKED: Expected = { status: 200, says: 'parked', rows: { callbacks: 1, order_changes: 1 } };
/** The message came before. */
export const REPEATED: Expected = { status: 200, says: 'duplicate' };
/** The message is new, what it tells is not. */
export const DUPLICATE: Expected = { status: 200, says: 'duplicate', rows: { callbacks: 1 } };
