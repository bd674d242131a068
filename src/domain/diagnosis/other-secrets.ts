import type { Keyring } from '../../lib/keyring.ts';
import type { FoundSource } from '../callback.ts';
import { openSecret } from '../sources/secret.ts';
import type { Suspicion } from './mistakes.ts';

/** Secrets that a callback of this time is not to be signed by, and may be nevertheless. */
export async function otherSecrets(
  keyring: Keyring,
  source: FoundSource,
  foreign: readonly { sourceId: string; id: string; sealed: string }[],
  at: number,
): Promise<Suspicion[]> {
  const ended = source.secrets.filter(({ expiresAt }) => expiresAt !== null && expiresAt <= at);
  return Promise.all([
    ...ended.map(
      async (secret): Promise<Suspicion> => ({
        code: 'ended_secret',
        detail: `It is signed by the secret ${secret.id}, which has ended: give the sender one that is in force.`,
        changes: { secrets: [await openSecret(keyring, source.id, secret)] },
      }),
    ),
    ...foreign.map(
      async (secret): Promise<Suspicion> => ({
        code: 'other_source',
        detail: `It is signed by a secret of the source ${secret.sourceId}: have it posted to the address of that source.`,
        changes: { secrets: [await openSecret(keyring, secret.sourceId, secret)] },
      }),
    ),
  ]);
}
