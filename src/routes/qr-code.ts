import * as v from 'valibot';
import type { Context } from '../context.ts';
import { linkRecordByCode } from '../db/link-records.ts';
import { isCode } from '../domain/code.ts';
import { checkQuery } from '../http/check.ts';
import { type Place, shown } from '../http/page.ts';
import { IntegerParameter } from '../http/schemas.ts';
import { Refusal } from '../lib/refusal.ts';
import { CORRECTIONS, qrCode as draw } from '../site/qr-code.ts';

/** What a code stands for never changes, and an old picture of it is as good as a new one. */
const DAY = 86_400;

const Colour = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{6}$/i, 'Must be six hexadecimal digits, such as 1a2b3c.'),
  v.transform((digits) => `#${digits}`),
);

const Look = v.strictObject({
  ecc: v.optional(v.picklist(CORRECTIONS), 'M'),
  border: v.optional(IntegerParameter(0, 10), '4'),
  fg: v.optional(Colour, '000000'),
  bg: v.optional(Colour, 'ffffff'),
});

/** The picture of a link. Codes and channels have no dots, so that it stands in nobody's way. */
export const qrCode: Place = {
  path: '/:code/qr.svg',
  async show(request, context, params) {
    const { host, searchParams } = new URL(request.url);
    const look = checkQuery(Look, searchParams);
    const code = params.code?.toLowerCase() ?? '';
    if (!isCode(code) || !(await isKnown(request, context, host, code))) throw new Refusal('link_not_found');
    const { protocol } = new URL(context.settings.PUBLIC_URL);
    return shown('image/svg+xml', await draw(`${protocol}//${host}/${code}/qr`, look), DAY);
  },
};

async function isKnown({ headers }: Request, context: Context, host: string, code: string): Promise<boolean> {
  const { db, links, now, waitUntil, settings } = context;
  const lookUp = () => linkRecordByCode(db, host, code);
  const address = headers.get('CF-Connecting-IP');
  const asker = settings.MISSES && address ? { address, limiter: settings.MISSES } : undefined;
  return (await links.find(host, code, { kv: settings.LINKS, lookUp, now, waitUntil, asker })) !== null;
}
