import { expect, test } from 'vitest';
import { inWorkerd } from '../support/in-workerd.ts';

test('the reviver of workerd sees the digits of a long integer', { timeout: 30_000 }, async () => {
  const answer = await inWorkerd(
    import.meta.dirname,
    `
    import { parseStrictJson } from '../../src/domain/strict-json.ts';
    import { utf8 } from '../../src/lib/encoding.ts';
    const body = utf8('{"id":820982911946154508,"lines":[{"id":-9007199254740993,"n":0.5}]}');
    export default { fetch: () => Response.json(parseStrictJson(body, { longIntegers: 'text' })) };
  `,
  );
  const lines = [{ id: '-9007199254740993', n: 0.5 }];
  expect(answer).toEqual({ ok: true, value: { id: '820982911946154508', lines } });
});

// Node's OpenSSL refuses such keys itself, so that only workerd can show what the check is for.
test('workerd takes a key of small order and a signature that nobody made; we do not', {
  timeout: 30_000,
}, async () => {
  const answer = await inWorkerd(
    import.meta.dirname,
    `
    import { importEd25519PublicKey } from '../../src/lib/ed25519.ts';
    import { fromHex, utf8 } from '../../src/lib/encoding.ts';
    import { decodePublicKey, verify } from '../../src/lib/standard-webhooks.ts';

    const identity = fromHex('01' + '00'.repeat(31));
    const forged = Uint8Array.of(...identity, ...new Uint8Array(32));

    async function alone(key, message) {
      const imported = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
      return crypto.subtle.verify('Ed25519', imported, forged, utf8(message));
    }

    async function answer() {
      const keys = [identity, fromHex('01' + '00'.repeat(30) + '80'), fromHex('ee' + 'ff'.repeat(30) + '7f')];
      // The vector of Svix's server, test_asymmetric_key_signing.
      const genuine = {
        id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        timestamp: '1614265330',
        body: utf8('{"test": 2432232314}'),
        signature: 'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
        publicKeys: [decodePublicKey('whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=')],
        now: 1_614_265_330_000,
      };
      return {
        alone: await Promise.all(keys.flatMap((key) => [alone(key, 'pay 1'), alone(key, 'pay 999')])),
        ours: await Promise.all(keys.map(importEd25519PublicKey)),
        genuine: await verify(genuine),
        changed: await verify({ ...genuine, body: utf8('{"test": 2432232315}') }),
      };
    }

    export default { fetch: async () => Response.json(await answer()) };
  `,
  );
  expect(answer).toEqual({
    alone: Array(6).fill(true),
    ours: Array(3).fill(null),
    genuine: true,
    changed: false,
  });
});
