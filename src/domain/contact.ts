import type { Keyring } from '../lib/keyring.ts';
import { identify } from './identity.ts';

/** How a person is reached, in the clear. A field that is left out is not spoken of; null: there is none. */
export interface Contact {
  email?: string | null;
  name?: string | null;
}

/** As it is kept: sealed to its row, to be read, and digested, to be compared. */
export interface SealedContact {
  sealed: { sealedEmail?: string | null; sealedName?: string | null };
  digest: { emailDigest?: string | null };
}

export async function sealContact(
  { email, name }: Contact,
  advocateId: string,
  keyring: Keyring,
  digestKey: CryptoKey,
): Promise<SealedContact> {
  const seal = async (text: string | null, field: string) =>
    text === null ? null : keyring.seal(text, rowOf(advocateId, field));
  return {
    sealed: {
      ...(email === undefined ? {} : { sealedEmail: await seal(email, 'email') }),
      ...(name === undefined ? {} : { sealedName: await seal(name, 'name') }),
    },
    digest: email === undefined ? {} : { emailDigest: (await identify({ id: null, email }, digestKey)).email },
  };
}

export async function openContact(
  { id, sealedEmail, sealedName }: { id: string; sealedEmail: string | null; sealedName: string | null },
  keyring: Keyring,
): Promise<Required<Contact>> {
  const open = async (sealed: string | null, field: string) =>
    sealed === null ? null : keyring.open(sealed, rowOf(id, field));
  return { email: await open(sealedEmail, 'email'), name: await open(sealedName, 'name') };
}

function rowOf(advocateId: string, field: string): string {
  return `advocates/${advocateId}/${field}`;
}
