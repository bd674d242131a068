import type { Keyring } from '../../lib/keyring.ts';
import { Refusal } from '../../lib/refusal.ts';
import type { Scheme } from './contract.ts';
import { type SchemeName, schemeOf } from './schemes.ts';

export function schemeFor({ scheme }: { scheme: SchemeName }): Scheme<unknown> {
  const found = schemeOf(scheme);
  if (found === null) throw new Error('A source has a scheme that is not known');
  return found;
}

/** The operator's own secret, if the scheme can use it; else a fresh one. */
export function chooseSecret(
  source: { scheme: SchemeName; config: unknown },
  own: string | null,
  random: Parameters<Scheme<unknown>['newSecret']>[0],
): string {
  const scheme = schemeFor(source);
  if (own === null) return scheme.newSecret(random);
  const detail = scheme.secretProblem(own, source.config);
  if (detail !== null) throw new Refusal('body_invalid', { errors: [{ pointer: '/secret', detail }] });
  return own;
}

/** Refuses to set a source so that a secret which is in force could not be used any more. */
export function requireFit(source: { scheme: SchemeName; config: unknown }, secrets: readonly string[]): void {
  const scheme = schemeFor(source);
  const problem = secrets.map((secret) => scheme.secretProblem(secret, source.config)).find((found) => found !== null);
  if (problem === undefined) return;
  const detail = `A secret in force does not fit: rotate to one that does, without overlap, first. ${problem}`;
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

function rowOf(sourceId: string, id: string): string {
  return `sources/${sourceId}/secrets/${id}`;
}
