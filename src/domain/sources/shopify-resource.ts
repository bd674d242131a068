import * as v from 'valibot';
import type { InputError } from '../../lib/refusal.ts';
import type { Notice } from '../notice.ts';
import type { Reading } from './contract.ts';
import type { Delivery } from './shopify-delivery.ts';
import { unusable } from './unusable.ts';

export type TopicReader = (json: unknown, delivery: Delivery) => Reading;

const named = v.looseObject({ admin_graphql_api_id: v.string() });

function kindOf(json: unknown): string | null {
  const name = v.is(named, json) ? json.admin_graphql_api_id : '';
  return /^gid:\/\/shopify\/(\w+)\//.exec(name)?.[1] ?? null;
}

/**
 * Reads what a topic tells of. The topic is not signed, but most bodies say what they are: one of another kind of resource
 * was signed for another topic, and is not acted on. null: of a kind that does not say.
 */
export function resource<Schema extends v.GenericSchema>(
  kind: 'Order' | 'Refund' | 'Customer' | null,
  schema: Schema,
  noticesOf: (said: v.InferOutput<Schema>, delivery: Delivery) => Notice[] | InputError,
): TopicReader {
  return (json, delivery) => {
    const type = delivery.topic;
    if ((kindOf(json) ?? kind) !== kind) return { outcome: 'read', type, notices: [] };
    const said = v.safeParse(schema, json, { abortEarly: true });
    if (!said.success) return { ...unusable(said.issues), type };
    const notices = noticesOf(said.output, delivery);
    return Array.isArray(notices)
      ? { outcome: 'read', type, notices }
      : { outcome: 'unusable', type, errors: [notices] };
  };
}
