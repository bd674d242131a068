import * as v from 'valibot';
import type { Touches } from '../notice.ts';
import { ownFields } from './order-fields.ts';
import { parseDateTime } from './rfc3339.ts';
import { touchesInFields, touchesInUrl } from './touches.ts';

/** The first page of the visit, kept by WooCommerce's own order attribution. */
const LANDING = '_wc_order_attribution_session_entry';

/** The fields that end in `_gmt` are GMT and do not say so. null as well for what is no time. */
export const gmt = v.fallback(
  v.nullable(
    v.pipe(
      v.string(),
      v.transform((text) => parseDateTime(/(?:Z|[+-]\d\d:\d\d)$/i.test(text) ? text : `${text}Z`)),
    ),
  ),
  null,
);

/** Of `meta_data`, where the keys of plug-ins often start with a `_` that keeps them off the screen. */
export function touchesInMeta(metaData: unknown): Partial<Touches>[] {
  const fields = ownFields(metaData, 'key');
  return [
    touchesInFields(fields.map(([key, value]) => [typeof key === 'string' ? key.replace(/^_/, '') : key, value])),
    ...fields.map(([key, value]) => (key === LANDING && typeof value === 'string' ? touchesInUrl(value) : {})),
  ];
}
