import * as v from 'valibot';
import type { LedgerEntry as LedgerEntryRow } from '../../db/ledger.ts';
import { LEDGER_KINDS } from '../../domain/terms.ts';
import { Id, Time, time } from '../schemas.ts';
import { Amount, Currency } from './money.ts';
import { Side } from './reward.ts';

export const LedgerEntry = v.pipe(
  v.object({
    id: Id('led'),
    rewardId: Id('rwd'),
    advocateId: Id('adv'),
    side: Side,
    kind: v.picklist(LEDGER_KINDS),
    cause: v.pipe(v.string(), v.description('What made it happen; unique with the reward and the kind.')),
    currency: Currency,
    pending: Amount('What it adds to the pending balance'),
    approved: Amount('What it adds to the approved balance'),
    issued: Amount('What it adds to the issued balance'),
    at: Time,
  }),
  v.title('LedgerEntry'),
);

export const ledgerEntryExample = {
  id: 'led_01kar7b2e5f3v8t9w0x1y2z3ab',
  rewardId: 'rwd_01kar7b2e5f3v8t9w0x1y2z3a8',
  advocateId: 'adv_01kar7b2e5f3v8t9w0x1y2z3a7',
  side: 'advocate',
  kind: 'approve',
  cause: 'approval:2',
  currency: 'EUR',
  pending: -499,
  approved: 499,
  issued: 0,
  at: '2026-11-23T10:00:00.000Z',
};

export function viewOfLedgerEntry({ at, ...rest }: LedgerEntryRow) {
  return { ...rest, at: time(at) };
}
