import { describe, expect, it } from 'vitest';
import { createMissDamper } from '../../src/edge/miss-damper.ts';
import { createClock, SECOND } from '../support/clock.ts';
import { createRateLimit } from '../support/rate-limit.ts';

function createWorld(most: number) {
  const clock = createClock();
  const limit = createRateLimit();
  limit.most = most;
  const damper = createMissDamper();
  const asker = (address: string) => ({ address, limiter: limit.binding });
  return {
    ...{ clock, limit },
    miss: (address: string) => damper.count(asker(address), clock.now),
    restOf: (address: string) => damper.restOf(asker(address), clock.now()),
  };
}

describe('a network', () => {
  it('rests when it is over the limit, and for ten seconds', async () => {
    const { clock, miss, restOf } = createWorld(1);
    await miss('203.0.113.9');
    expect(restOf('203.0.113.9')).toBe(0);
    await miss('203.0.113.9');
    expect(restOf('203.0.113.9')).toBe(10 * SECOND);
    clock.advance(9 * SECOND);
    expect(restOf('203.0.113.9')).toBe(SECOND);
    clock.advance(SECOND);
    expect(restOf('203.0.113.9')).toBe(0);
  });

  it('is all that shares the first three bytes, or of IPv6 the first 48 bits, and nobody else', async () => {
    const { miss, restOf } = createWorld(0);
    await miss('203.0.113.9');
    await miss('2001:db8:1::9');
    const resting = ['203.0.113.255', '2001:0DB8:1:ffff::1'];
    const others = ['203.0.114.9', '2001:db8:2::9', '2001:db8::1', '198.51.100.7'];
    expect(resting.map(restOf)).toEqual([10 * SECOND, 10 * SECOND]);
    expect(others.map(restOf)).toEqual([0, 0, 0, 0]);
  });

  it('is what the limiter is told of, and no address', async () => {
    const { limit, miss } = createWorld(9);
    for (const address of ['203.0.113.9', '203.0.113.10', '2001:db8:1::9']) await miss(address);
    expect([...limit.calls.values()]).toEqual([2, 1]);
    expect([...limit.calls.keys()].join()).not.toMatch(/\.9\b|\.10\b|::9/);
  });

  it.each(['', 'unknown', '203.0.113.9, 198.51.100.7', '203.0.113', '::g'])(
    'is none for the address %j',
    async (address) => {
      const { limit, miss, restOf } = createWorld(0);
      await miss(address);
      expect([restOf(address), limit.calls.size]).toEqual([0, 0]);
    },
  );
});
