import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../../src/domain/network.ts';

describe('networkOf', () => {
  it.each([
    ['203.0.113.7', '203.0.113.0/24'],
    ['0.0.0.0', '0.0.0.0/24'],
    ['255.255.255.255', '255.255.255.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:DB8:0001:2::6', '2001:db8:1::/48'],
    ['2001:db8::1', '2001:db8:0::/48'],
    ['2001::5:6:7:8', '2001:0:0::/48'],
    ['::1', '0:0:0::/48'],
    ['::', '0:0:0::/48'],
    ['1::', '1:0:0::/48'],
    ['::3:4:5:6:7:8', '0:0:3::/48'],
    ['::2:3:4:5:6:7:8', '0:2:3::/48'],
    ['1:0:3:4:5:6:7:8', '1:0:3::/48'],
    ['1:2:0:0:0:0:7:8', '1:2:0::/48'],
    ['fe80::1:2:3:4', 'fe80:0:0::/48'],
    ['64:ff9b::203.0.113.7', '64:ff9b:0::/48'],
  ])('cuts %s to %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it.each(['::ffff:203.0.113.7', '::FFFF:cb00:7107', '0:0:0:0:0:ffff:203.0.113.7', '::ffff:cb00:71ff'])(
    'takes %s for the IPv4 address in it',
    (address) => {
      expect(networkOf(address)).toBe('203.0.113.0/24');
    },
  );

  it('puts all addresses of a /24 and of a /48 together, and no others', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), fc.array(group, { minLength: 5 }), (one, rest) => {
        fc.pre(one.slice(0, 5).some((value) => value !== '0') || one[5] !== 'ffff');
        const neighbour = [...one.slice(0, 3), ...rest.slice(0, 5)];
        fc.pre(one[0] !== '0');
        expect(networkOf(neighbour.join(':'))).toBe(networkOf(one.join(':')));
        const stranger = [...one.slice(0, 2), one[2] === '0' ? '1' : '0', ...one.slice(3)];
        expect(networkOf(stranger.join(':'))).not.toBe(networkOf(one.join(':')));
      }),
    );
    expect(networkOf('203.0.113.7')).toBe(networkOf('203.0.113.200'));
    expect(networkOf('203.0.113.7')).not.toBe(networkOf('203.0.112.7'));
  });

  it.each([
    ...['', ' ', '1.2.3', '1.2.3.4.5', '256.0.0.1', '1.2.3.256', '01.2.3.4', '1.2.3.04', '0x1.2.3.4', '1.2.3.4 '],
    ...[' 1.2.3.4', '+1.2.3.4', '1.2.3.4/24', '1.2.3.4, 5.6.7.8', '1.2.3.4\n', '١.2.3.4', '16909060', 'localhost'],
    ...[':', ':::', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1::2::3', '12345::', 'g::1', '::1%eth0', '[::1]', '::1]'],
    ...['::1]/@[::2', '::1/64', '::ffff:1.2.3', '::ffff:1.2.3.256', '::ffff:01.2.3.4', '1.2.3.4::', '::1 ', '::1\n'],
    ...['1:2:3:4:5:6:7:1.2.3.4', `::${'0'.repeat(100_000)}1`, 'a'.repeat(100_000), 'unknown'],
  ])('takes %j for no address', (text) => {
    expect(networkOf(text)).toBeNull();
  });
});
