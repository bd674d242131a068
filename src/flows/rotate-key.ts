import type { Context } from '../context.ts';
import { commit } from '../db/client.ts';
import { expireKey, insertSuccessor, type Key, keyById } from '../db/keys.ts';
import { requireScopes, type Scope } from '../domain/scopes.ts';
import type { Mode } from '../domain/terms.ts';
import { hashApiKey, newApiKey } from '../lib/api-key.ts';
import { Refusal } from '../lib/refusal.ts';

const HOUR = 3_600_000;

/** Puts a new key in the place of another, which stays in force for the overlap, so that nothing stops in between. */
export async function rotateKey(
  { db, newId, now }: Context,
  maker: { storeId: string; mode: Mode; scopes: readonly Scope[] },
  id: string,
  overlapHours: number,
): Promise<{ key: Key; text: string }> {
  const old = await keyById(db, maker.storeId, id);
  if (old === null) throw new Refusal('key_not_found');
  requireScopes(maker.scopes, old.scopes);
  const at = now();
  const text = newApiKey(old.kind, maker.mode);
  const successor = { id: newId('key'), hash: await hashApiKey(text), hint: text.slice(-4) };
  const done = await commit(db, [
    insertSuccessor(db, maker.storeId, id, successor, at),
    expireKey(db, maker.storeId, id, at + overlapHours * HOUR, at),
  ]);
  if (done.outcome === 'conflict' || done.results[0]?.rowsAffected !== 1) {
    throw new Refusal('invalid_transition', { detail: 'This key is revoked or expired. Create a new one.' });
  }
  const key = { ...old, id: successor.id, hint: successor.hint, createdAt: at, expiresAt: null, revokedAt: null };
  return { key, text };
}
