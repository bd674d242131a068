import { beforeAll, describe, expect, test } from 'vitest';
import { type Identity, identify, identityKeys, samePerson } from '../../src/domain/identity.ts';
import { importHmacKey } from '../../src/lib/hmac.ts';

let key: CryptoKey;
let otherStore: CryptoKey;

beforeAll(async () => {
  key = await importHmacKey(new Uint8Array(32).fill(1));
  otherStore = await importHmacKey(new Uint8Array(32).fill(2));
});

async function emailOf(email: string): Promise<string | null> {
  return (await identify({ id: null, email }, key)).email;
}

describe('digests', () => {
  test.each([
    ['Friend@Example.com', ' friend@example.COM '],
    ['fri.end+shop@googlemail.com', 'friend@gmail.com'],
    ['friend+tag@hotmail.co.uk', 'friend@hotmail.co.uk'],
    ['friend+tag@proton.me', 'FRIEND@proton.me'],
  ])('%j and %j are one mailbox', async (one, other) => {
    expect(await emailOf(one)).toBe(await emailOf(other));
  });

  test.each([
    ['fri.end@example.com', 'friend@example.com'],
    ['friend+tag@example.com', 'friend@example.com'],
    ['friend@hotmail.com', 'friend@outlook.com'],
  ])('%j and %j are two', async (one, other) => {
    expect(await emailOf(one)).not.toBe(await emailOf(other));
  });

  test('hold nothing of the person and are never equal between stores', async () => {
    const customer = { id: 'c-1042', email: 'friend@example.com' };
    const here = await identify(customer, key);
    const there = await identify(customer, otherStore);
    for (const digest of [here.customer, here.email]) expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(here.customer).not.toBe(there.customer);
    expect(here.email).not.toBe(there.email);
  });

  test('tell customer ids apart by case, as the store does', async () => {
    const lower = await identify({ id: 'abc', email: null }, key);
    const upper = await identify({ id: 'ABC', email: null }, key);
    expect(lower.customer).not.toBe(upper.customer);
  });

  test('of an id that reads like an e-mail address is not that of the address', async () => {
    const { customer, email } = await identify({ id: 'friend@example.com', email: 'friend@example.com' }, key);
    expect(customer).not.toBe(email);
  });

  test('a customer id cannot be made to look like an e-mail address under its digest', async () => {
    const forged = await identify({ id: 'email:friend@example.com', email: null }, key);
    expect(forged.customer).not.toBe(await emailOf('friend@example.com'));
  });

  test('of what is not given, or is no address, there are none', async () => {
    expect(await identify({ id: null, email: null }, key)).toEqual({ customer: null, email: null });
    expect(await identify({ id: null, email: 'not an address' }, key)).toEqual({ customer: null, email: null });
  });
});

describe('the same person', () => {
  const full: Identity = { customer: 'c', email: 'e' };

  test.each<[Identity, boolean]>([
    [{ customer: 'c', email: null }, true],
    [{ customer: null, email: 'e' }, true],
    [{ customer: 'c', email: 'x' }, true],
    [{ customer: 'x', email: 'e' }, true],
    [{ customer: 'x', email: 'x' }, false],
    [{ customer: 'e', email: 'c' }, false],
    [{ customer: null, email: null }, false],
  ])('%o is one with a known customer: %s', (other, expected) => {
    expect(samePerson(full, other)).toBe(expected);
    expect(samePerson(other, full)).toBe(expected);
  });

  test('two who are unknown are not one', () => {
    const nobody = { customer: null, email: null };
    expect(samePerson(nobody, nobody)).toBe(false);
  });
});

test('a person is locked under every form they are known by, and unknown ones under none', () => {
  expect(new Set(identityKeys({ customer: 'd', email: 'd' })).size).toBe(2);
  expect(identityKeys({ customer: null, email: 'd' })).toHaveLength(1);
  expect(identityKeys({ customer: null, email: null })).toEqual([]);
});
