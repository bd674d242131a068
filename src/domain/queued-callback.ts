import * as v from 'valibot';

/** A callback that waits: one that could not be carried out when it came, or one of the inbox that is to be once more. */
const QueuedCallback = v.variant('kind', [
  v.object({
    kind: v.literal('arrived'),
    id: v.string(),
    sourceId: v.string(),
    messageId: v.nullable(v.string()),
    receivedAt: v.number(),
    /** It was let in by what was known of its source before, and is to be proved again. */
    recalled: v.boolean(),
    /** null: too large for a message, and laid down beside it. */
    sealed: v.nullable(v.string()),
  }),
  v.object({ kind: v.literal('replay'), storeId: v.string(), id: v.string() }),
]);

export type QueuedCallback = v.InferOutput<typeof QueuedCallback>;

/** Throws for what is none. */
export function readQueuedCallback(body: unknown): QueuedCallback {
  return v.parse(QueuedCallback, body);
}

/** Where the request of a large one lies. */
export function requestKey(id: string): string {
  return `callback:${id}`;
}
