import type { Keyring } from '../../lib/keyring.ts';
import { Refusal } from '../../lib/refusal.ts';
import type { FoundSource } from '../callback.ts';
import type { Scheme } from './contract.ts';
import { type SchemeName, schemeOf } from './schemes.ts';

export function schemeFor({ scheme }: { scheme: SchemeName }): Scheme<unknown> {
  const found = schemeOf(scheme);
  if (found === null) throw new Error('A source has a scheme that is not known');
  return found;
}

/** The operator's own secret, if the scheme can use it; else a fresh one. null: the scheme has none. */
export function chooseSecret(
  source: { scheme: SchemeName; config: unknown },
  own: string | null,
  random: Parameters<Scheme<unknown>['newSecret']>[0],
): string | null {
  const scheme = schemeFor(source);
  const origin = scheme.secretOrigin(source.config);
  if (origin === 'none') {
    if (own === null) return null;
    throw wrongSecret(
      'Leave it out: the sender signs with a private key, and its public key stands in the configuration.',
    );
  }
  if (own === null && origin === 'given') throw wrongSecret('Required: the sender has made it. Copy it from there.');
  if (own === null) return scheme.newSecret(random);
  const detail = scheme.secretProblem(own, source.config);
  if (detail !== null) throw wrongSecret(detail);
  return own;
}

function wrongSecret(detail: string): Refusal {
  return new Refusal('body_invalid', { errors: [{ pointer: '/secret', detail }] });
}

/** Refuses to set a source so that a secret which is in force could not be used any more. */
export function requireFit(source: { scheme: SchemeName; config: unknown }, secrets: readonly string[]): void {
  const scheme = schemeFor(source);
  const problem = secrets.map((secret) => scheme.secretProblem(secret, source.config)).find((found) => found !== null);
  if (problem === undefined) return;
  const detail = `A secret in force does not fit. Rotate to one that does, without overlap, first; where none can fit both, make another source. ${problem}`;
  throw new Refusal('body_invalid', { errors: [{ pointer: '/config', detail }] });
}

/** What is kept of a secret: itself, sealed to its row, and its last four characters, to tell it from others. */
export async function sealSecret(keyring: Keyring, sourceId: string, id: string, text: string) {
  return { id, sealed: await keyring.seal(text, rowOf(sourceId, id)), hint: text.slice(-4) };
}

export async function openSecret(
  keyring: Keyring,
  sourceId: string,
  { id, sealed }: { id: string; sealed: string },
): Promise<string> {
  return keyring.open(sealed, rowOf(sourceId, id));
}

/** The secrets that a callback of this time may be signed with, newest first. */
export async function secretsInForce(keyring: Keyring, { id, secrets }: FoundSource, at: number): Promise<string[]> {
  const inForce = secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > at);
  return Promise.all(inForce.map((secret) => openSecret(keyring, id, secret)));
}

export async function sealAccessToken(keyring: Keyring, sourceId: string, token: string): Promise<string> {
  return keyring.seal(token, tokenRowOf(sourceId));
}

export async function openAccessToken(
  keyring: Keyring,
  { id, sealedAccessToken }: Pick<FoundSource, 'id' | 'sealedAccessToken'>,
): Promise<string | null> {
  return sealedAccessToken === null ? null : keyring.open(sealedAccessToken, tokenRowOf(id));
}

function tokenRowOf(sourceId: string): string {
  return `sources/${sourceId}/accessToken`;
}

function rowOf(sourceId: string, id: string): string {
  return `sources/${sourceId}/secrets/${id}`;
}
