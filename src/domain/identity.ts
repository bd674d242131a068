import { toHex, utf8 } from '../lib/encoding.ts';
import { hmac } from '../lib/hmac.ts';
import { normalAddress } from './address.ts';
import { normalEmail } from './email.ts';
import type { Address, Customer } from './notice.ts';

/** A person as we keep them: digests under the store's own key, comparable within the store and nowhere else. */
export interface Identity {
  customer: string | null;
  email: string | null;
}

export async function identify(customer: Customer, key: CryptoKey): Promise<Identity> {
  const email = customer.email === null ? null : normalEmail(customer.email);
  return {
    customer: customer.id === null ? null : await digest(key, `customer:${customer.id}`),
    email: email === null ? null : await digest(key, `email:${email}`),
  };
}

/** Of an address in normal form, so that the same place written otherwise is the same; null where too little of it is known. */
export async function addressDigest(address: Address | null, key: CryptoKey): Promise<string | null> {
  const normal = address === null ? null : normalAddress(address);
  return normal === null ? null : digest(key, `address:${normal}`);
}

export function samePerson(a: Identity, b: Identity): boolean {
  return (a.customer !== null && a.customer === b.customer) || (a.email !== null && a.email === b.email);
}

/** The forms under which a person is locked to an advocate. */
export function identityKeys(identity: Identity): string[] {
  const keys: string[] = [];
  if (identity.customer !== null) keys.push(`customer:${identity.customer}`);
  if (identity.email !== null) keys.push(`email:${identity.email}`);
  return keys;
}

async function digest(key: CryptoKey, text: string): Promise<string> {
  return toHex(await hmac(key, utf8(text)));
}
