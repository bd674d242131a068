import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openSalt, sealSalt, visitorDigest } from '../../src/domain/visitor-digest.ts';
import { createKeyring } from '../../src/lib/keyring.ts';
import { createMac } from '../../src/lib/mac.ts';

const keyring = createKeyring([{ version: 1, key: new Uint8Array(32).fill(1) }]);
const bytes = new Uint8Array(32).fill(7);
const salt = createMac(bytes);
const friend = { storeId: 'sto_1', address: '203.0.113.7', agent: 'Firefox' };

function digest(more: Partial<typeof friend> | { address: null } | { agent: null } = {}) {
  return visitorDigest(salt, { ...friend, ...more });
}

describe('the digest of a visitor', () => {
  it('is the same for one network and agent, and short', () => {
    expect(digest()).toMatch(/^[\w-]{16}$/);
    expect(digest({ address: '203.0.113.99' })).toBe(digest());
    expect(digest({ address: '::ffff:203.0.113.7' })).toBe(digest());
  });

  it('is another for another network, agent, store or day', () => {
    const tomorrow = createMac(new Uint8Array(32).fill(8));
    const digests = [
      digest(),
      digest({ address: '203.0.114.7' }),
      digest({ agent: 'Chrome' }),
      digest({ agent: null }),
      digest({ storeId: 'sto_2' }),
      visitorDigest(tomorrow, friend),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('cannot be made for another by an agent that spells out a network', () => {
    const forged = digest({ address: '203.0.113.7', agent: '198.51.100.0/24\nFirefox' });
    expect(forged).not.toBe(digest({ address: '198.51.100.7' }));
  });

  it('takes no longer for an endless agent', () => {
    const [long, longer] = ['x'.repeat(600), 'x'.repeat(1_000_000)];
    expect(digest({ agent: longer })).toBe(digest({ agent: long }));
  });

  it.each(['', 'unknown', '203.0.113', '203.0.113.7, 198.51.100.7'])('is none for the address %j', (address) => {
    expect(digest({ address })).toBeNull();
  });

  it('is none where the address is not known', () => {
    expect(digest({ address: null })).toBeNull();
  });
});

describe('a salt', () => {
  it('opens to the key that it was made of, and for its own day alone', async () => {
    const sealed = await sealSalt(keyring, '2026-11-21', bytes);
    const mac = createHmac('sha256', bytes).update('sto_1\n203.0.113.0/24\nFirefox').digest('base64url');
    expect(visitorDigest(await openSalt(keyring, '2026-11-21', sealed), friend)).toBe(mac.slice(0, 16));
    await expect(openSalt(keyring, '2026-11-22', sealed)).rejects.toThrow('moved');
  });
});
