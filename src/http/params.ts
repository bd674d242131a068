import { type IdPrefix, isId } from '../lib/ids.ts';
import { Refusal, type RefusalCode } from '../lib/refusal.ts';

/** What may stand in a path, e.g. `{linkId}`. */
export const PARAMS = {
  advocateId: { prefix: 'adv', unknown: 'advocate_not_found' },
  callbackId: { prefix: 'cbk', unknown: 'callback_not_found' },
  clickId: { prefix: 'clk', unknown: 'click_not_found' },
  conversionId: { prefix: 'cnv', unknown: 'conversion_not_found' },
  domainId: { prefix: 'dom', unknown: 'domain_not_found' },
  keyId: { prefix: 'key', unknown: 'key_not_found' },
  linkId: { prefix: 'lnk', unknown: 'link_not_found' },
  orderId: { prefix: 'ord', unknown: 'order_not_found' },
  programId: { prefix: 'prg', unknown: 'program_not_found' },
  rewardId: { prefix: 'rwd', unknown: 'reward_not_found' },
  sourceId: { prefix: 'src', unknown: 'source_not_found' },
  storeId: { prefix: 'sto', unknown: 'store_not_found' },
} as const satisfies Record<string, { prefix: IdPrefix; unknown: RefusalCode }>;

export type ParamName = keyof typeof PARAMS;

type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

export type ParamsOf<Path extends string> = Record<Extract<NamesIn<Path>, ParamName>, string>;

export function paramNames(path: string): ParamName[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => {
    if (!(name in PARAMS)) throw new Error(`${path} has a parameter that PARAMS does not know: ${name}`);
    return name as ParamName;
  });
}

/** An id of a wrong form is answered as an unknown one is. */
export function checkParams(names: ParamName[], given: Record<string, string>): Record<string, string> {
  for (const name of names) {
    const { prefix, unknown } = PARAMS[name];
    if (!isId(prefix, given[name] ?? '')) throw new Refusal(unknown);
  }
  return given;
}
