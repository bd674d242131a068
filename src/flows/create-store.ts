import type { Context } from '../context.ts';
import { commit } from '../db/client.ts';
import { insertKey } from '../db/keys.ts';
import { insertStore, type Store } from '../db/stores.ts';
import { SCOPES } from '../domain/scopes.ts';
import type { Mode } from '../domain/terms.ts';
import { hashApiKey, newApiKey } from '../lib/api-key.ts';
import { toBase64 } from '../lib/encoding.ts';

const CLICK_RETENTION_DAYS = 90;

export interface NewSide {
  store: Store;
  secretKey: string;
  publishableKey: string;
}

/**
 * Makes the live and the test side of a store in one batch. Each has a digest key of its own, so that no digest of one
 * can be found in the other, and a first secret and publishable key, which are seen in clear here and never again.
 */
export async function createStore(context: Context, name: string): Promise<{ live: NewSide; test: NewSide }> {
  const { db, newId } = context;
  const ids = { live: newId('sto'), test: newId('sto') };
  const live = await prepareSide(context, name, 'live', ids.live, ids.test);
  const test = await prepareSide(context, name, 'test', ids.test, ids.live);
  const done = await commit(db, [...live.statements, ...test.statements]);
  if (done.outcome === 'conflict') throw new Error(`A new store met ${done.constraint}`);
  return { live: live.side, test: test.side };
}

async function prepareSide(context: Context, name: string, mode: Mode, id: string, twinId: string) {
  const { db, now, random, keyring } = context;
  const at = now();
  const times = { createdAt: at, updatedAt: at, archivedAt: null };
  const store: Store = { id, name, mode, twinId, clickRetentionDays: CLICK_RETENTION_DAYS, ...times };
  const digestKey = await keyring.seal(toBase64(random(new Uint8Array(32))), `stores/${id}/digestKey`);
  const secret = await prepareKey(context, store, 'secret');
  const publishable = await prepareKey(context, store, 'publishable');
  return {
    side: { store, secretKey: secret.text, publishableKey: publishable.text },
    statements: [insertStore(db, store, digestKey), secret.statement, publishable.statement],
  };
}

async function prepareKey({ db, newId }: Context, store: Store, kind: 'secret' | 'publishable') {
  const text = newApiKey(kind, store.mode);
  const key = {
    id: newId('key'),
    kind,
    name: `First ${kind} key`,
    hint: text.slice(-4),
    scopes: kind === 'secret' ? [...SCOPES] : [],
    createdAt: store.createdAt,
    expiresAt: null,
    revokedAt: null,
  };
  return { text, statement: insertKey(db, store.id, key, await hashApiKey(text)) };
}
