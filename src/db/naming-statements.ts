import type { NewId } from '../lib/ids.ts';
import { keepAlone } from './callback-statements.ts';
import type { Database, Statement } from './client.ts';
import { insertName } from './order-names.ts';
import { orderRows, type Reversal } from './reversal-statements.ts';
import { moveReward } from './reward-statements.ts';
import { orderChanges } from './schema.ts';
import { lastSeq } from './seen.ts';

export interface Naming extends Omit<Reversal, 'change' | 'before' | 'touching'> {
  /** All that touch the order now. */
  changes: Reversal['before'];
}

/** One more name for one write batch. It is numbered in the histories under both names, and collides with a change under either. */
export function insertNaming(db: Database, naming: Naming, newId: NewId): Statement[] {
  const { callback, key, facts, changes, moves, answer } = naming;
  const { storeId, account, externalId: name } = key;
  const { order, name: externalId, history } = facts;
  const { receivedAt } = callback;
  const seq = lastSeq(history, externalId) + 1;
  const row = { storeId, account, orderExternalId: externalId, seq, externalId: `${externalId}/${name}` };
  return [
    ...insertName(db, { storeId, account, externalId }, name, history, receivedAt),
    db.query.insert(orderChanges).values({ ...row, kind: 'named', amount: 0, occurredAt: receivedAt, receivedAt }),
    ...(order === null ? [] : orderRows(db, storeId, order, changes, receivedAt)),
    ...moves.flatMap((move) => moveReward(storeId, move, receivedAt, newId)),
    ...keepAlone(db, callback, answer),
  ];
}
