import type { Context } from '../context.ts';
import { activeKeyByHash, type KeyWithStore } from '../db/keys.ts';
import type { Scope } from '../domain/scopes.ts';
import { hashApiKey, parseApiKey } from '../lib/api-key.ts';
import { utf8 } from '../lib/encoding.ts';
import { hmac, hmacMatches, importHmacKey } from '../lib/hmac.ts';
import { Refusal } from '../lib/refusal.ts';

/** Who may call an operation: a store's key of this scope, whoever runs the deployment, or anybody. */
export type Access = { scope: Scope } | 'deployment' | 'none';

/** `digestKey` is the store's sealed one. */
export interface StorePrincipal extends KeyWithStore {
  kind: 'store';
}

export interface DeploymentPrincipal {
  kind: 'deployment';
}

export type Principal = StorePrincipal | DeploymentPrincipal | null;

export type PrincipalOf<Allowed extends Access> = Allowed extends { scope: Scope }
  ? StorePrincipal
  : Allowed extends 'deployment'
    ? DeploymentPrincipal
    : null;

/** RFC 6750 §2.1; a key is taken from nowhere else. */
const BEARER = /^Bearer +([\w.~+/-]{1,512}=*)$/i;

export async function authenticate(access: Access, request: Request, context: Context): Promise<Principal> {
  if (access === 'none') return null;
  const header = request.headers.get('Authorization');
  if (header === null) throw new Refusal('key_missing');
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) throw new Refusal('key_invalid');
  if (access !== 'deployment') return authenticateStore(access.scope, token, context);
  if (!(await isDeploymentToken(token, context))) throw new Refusal('key_invalid');
  return { kind: 'deployment' };
}

async function authenticateStore(scope: Scope, token: string, context: Context): Promise<StorePrincipal> {
  if (parseApiKey(token) === null) throw new Refusal('key_invalid');
  const key = await activeKeyByHash(context.db, await hashApiKey(token), context.now());
  if (key === null) throw new Refusal('key_invalid');
  if (!key.scopes.includes(scope)) {
    throw new Refusal('scope_missing', { detail: `This operation needs a key with the scope ${scope}.` });
  }
  return { kind: 'store', ...key };
}

/** Comparing MACs under a key of chance takes a time that says nothing of the token. */
async function isDeploymentToken(token: string, { random, settings }: Context): Promise<boolean> {
  const key = await importHmacKey(random(new Uint8Array(32)));
  return hmacMatches(key, await hmac(key, utf8(settings.DEPLOYMENT_TOKEN)), utf8(token));
}
