import * as v from 'valibot';
import type { Notice } from '../notice.ts';
import type { StripeConfig } from './stripe-config.ts';
import { seconds } from './stripe-fields.ts';

export interface Told {
  notices: Notice[];
  /** Promotion codes that are named by an id alone: only Stripe's API knows what the friend typed. */
  promotionCodes: string[];
}

export interface Context {
  config: StripeConfig;
  /** What the friend typed, as far as Stripe's API was asked. */
  codes: string[];
}

/** Of one or several types of events. */
export type Reader = (json: unknown, context: Context) => Told | { issues: v.BaseIssue<unknown>[] };

export interface Event<ObjectOutput> {
  object: ObjectOutput;
  type: string;
  /** In milliseconds. */
  createdAt: number;
  test: boolean;
}

export const NOTHING: Told = { notices: [], promotionCodes: [] };

export function told(...notices: Notice[]): Told {
  return { notices, promotionCodes: [] };
}

/** Reads events whose object has this form. */
export function reader<Schema extends v.GenericSchema>(
  object: Schema,
  read: (event: Event<v.InferOutput<Schema>>, context: Context) => Told,
): Reader {
  const schema = v.looseObject({
    type: v.string(),
    created: seconds,
    livemode: v.boolean(),
    data: v.looseObject({ object }),
  });
  return (json, context) => {
    const { success, output, issues } = v.safeParse(schema, json, { abortPipeEarly: true });
    if (!success) return { issues };
    const { type, created, livemode, data } = output;
    return read({ object: data.object, type, createdAt: created * 1000, test: !livemode }, context);
  };
}
