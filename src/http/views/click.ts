import * as v from 'valibot';
import type { Click as ClickRow } from '../../db/clicks.ts';
import { CHANNELS, CLICK_KINDS } from '../../domain/terms.ts';
import { Id, Time, time } from '../schemas.ts';

export const ClickKind = v.pipe(
  v.picklist(CLICK_KINDS),
  v.description('human: somebody followed it; bot, preview, prefetch, head: a program did.'),
);

export const Click = v.pipe(
  v.object({
    id: Id('clk'),
    linkId: Id('lnk'),
    programId: Id('prg'),
    at: Time,
    kind: ClickKind,
    channel: v.pipe(v.nullable(v.picklist(CHANNELS)), v.description('By which the link was shared, if it says so.')),
    country: v.pipe(v.nullable(v.string()), v.description('ISO 3166-1 alpha-2, where it is known.')),
    device: v.pipe(v.string(), v.description('mobile, tablet, desktop, bot or other.')),
    referrerHost: v.nullable(v.string()),
  }),
  v.title('Click'),
);

export const clickExample = {
  id: 'clk_01kar7b2e5f3v8t9w0x1y2z3a4',
  linkId: 'lnk_01kar7b2e5f3v8t9w0x1y2z3a5',
  programId: 'prg_01kar7b2e5f3v8t9w0x1y2z3a6',
  at: '2026-11-18T16:00:00.000Z',
  kind: 'human',
  channel: 'whatsapp',
  country: 'FR',
  device: 'mobile',
  referrerHost: null,
};

export function viewOfClick({ at, agent, ...rest }: ClickRow) {
  return { ...rest, at: time(at), device: agent };
}
