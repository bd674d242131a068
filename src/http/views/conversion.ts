import * as v from 'valibot';
import type { Conversion as ConversionRow } from '../../db/conversions.ts';
import { CONVERSION_KINDS, CONVERSION_STATUSES, METHODS, REASONS, VERDICTS } from '../../domain/terms.ts';
import { Id, Time, time } from '../schemas.ts';

export const ConversionStatus = v.pipe(
  v.picklist(CONVERSION_STATUSES),
  v.description(
    'credited: somebody earned it; recorded: nothing was to be earned; refused: something was, and is not.',
  ),
);

export const Method = v.pipe(v.picklist(METHODS), v.description('How the touch was proved.'));

export const conversionEntries = {
  id: Id('cnv'),
  kind: v.picklist(CONVERSION_KINDS),
  status: ConversionStatus,
  reason: v.pipe(v.nullable(v.picklist(REASONS)), v.description('Why nobody earned it.')),
  verdict: v.pipe(v.picklist(VERDICTS), v.description('The judgement of fraud.')),
  programId: v.nullable(Id('prg')),
  advocateId: v.pipe(v.nullable(Id('adv')), v.description('Who brought the friend.')),
  linkId: v.nullable(Id('lnk')),
  clickId: v.nullable(Id('clk')),
  method: v.nullable(Method),
  touchedAt: v.nullable(Time),
  sourceId: Id('src'),
  orderId: v.nullable(Id('ord')),
  test: v.boolean(),
  occurredAt: Time,
  createdAt: Time,
};

export const Conversion = v.pipe(v.object(conversionEntries), v.title('Conversion'));

export const conversionExample = {
  id: 'cnv_01kar7b2e5f3v8t9w0x1y2z3a6',
  kind: 'order',
  status: 'credited',
  reason: null,
  verdict: 'pass',
  programId: 'prg_01kar7b2e5f3v8t9w0x1y2z3a6',
  advocateId: 'adv_01kar7b2e5f3v8t9w0x1y2z3a7',
  linkId: 'lnk_01kar7b2e5f3v8t9w0x1y2z3a5',
  clickId: 'clk_01kar7b2e5f3v8t9w0x1y2z3a4',
  method: 'click',
  touchedAt: '2026-11-18T16:00:00.000Z',
  sourceId: 'src_01kar7b2e5f3v8t9w0x1y2z3a5',
  orderId: 'ord_01kar7b2e5f3v8t9w0x1y2z3a4',
  test: false,
  occurredAt: '2026-11-21T20:00:00.000Z',
  createdAt: '2026-11-21T20:00:01.000Z',
};

export function viewOfConversion({ touchedAt, occurredAt, createdAt, ...rest }: ConversionRow) {
  return { ...rest, touchedAt: time(touchedAt), occurredAt: time(occurredAt), createdAt: time(createdAt) };
}
