import type { Context } from '../context.ts';
import { commit } from '../db/client.ts';
import { insertKey, type Key } from '../db/keys.ts';
import { requireScopes, type Scope } from '../domain/scopes.ts';
import type { Mode } from '../domain/terms.ts';
import { hashApiKey, type KeyKind, newApiKey } from '../lib/api-key.ts';
import { Refusal } from '../lib/refusal.ts';

/** Makes a key that may do no more than the key it is made with. */
export async function createKey(
  { db, newId, now }: Context,
  maker: { storeId: string; mode: Mode; scopes: readonly Scope[] },
  { kind, name, scopes, expiresAt }: { kind: KeyKind; name: string; scopes: Scope[]; expiresAt: number | null },
): Promise<{ key: Key; text: string }> {
  const createdAt = now();
  if (kind === 'publishable' && scopes.length > 0) {
    throw invalid('/scopes', 'A publishable key has no scopes: whoever sees the source of a page holds it.');
  }
  if (expiresAt !== null && expiresAt <= createdAt) throw invalid('/expiresAt', 'Must lie in the future.');
  requireScopes(maker.scopes, scopes);
  const text = newApiKey(kind, maker.mode);
  const key = {
    id: newId('key'),
    kind,
    name,
    hint: text.slice(-4),
    scopes: [...new Set(scopes)],
    createdAt,
    expiresAt,
    revokedAt: null,
  };
  const done = await commit(db, [insertKey(db, maker.storeId, key, await hashApiKey(text))]);
  if (done.outcome === 'conflict') throw new Error(`A new key met ${done.constraint}`);
  return { key, text };
}

function invalid(pointer: string, detail: string): Refusal {
  return new Refusal('body_invalid', { errors: [{ pointer, detail }] });
}
