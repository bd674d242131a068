import { expect, test } from 'vitest';
import { contentDigestMatches, parseContentDigest } from '../../src/lib/content-digest.ts';
import { utf8 } from '../../src/lib/encoding.ts';

const SHA_256 = 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:';
const SHA_512 = 'sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:';

async function matches(field: string, content: string): Promise<boolean | null> {
  const digests = parseContentDigest(field);
  return digests === null ? null : contentDigestMatches(digests, utf8(content));
}

test('RFC 9530, appendices B.1, B.2 and D', async () => {
  expect(await matches(SHA_256, '{"hello": "world"}\n')).toBe(true);
  expect(await matches(SHA_512, '{"hello": "world"}\n')).toBe(true);
  expect(await matches('sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:', '')).toBe(true);
  expect(await matches('sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:', '{"hello": "world"}')).toBe(true);
});

test('no other content has it', async () => {
  for (const content of ['{"hello": "world"}', '{"hello": "world"}\n\n', '']) {
    expect(await matches(SHA_256, content)).toBe(false);
    expect(await matches(SHA_512, content)).toBe(false);
  }
});

test('of two digests both count, and those that prove nothing do not', async () => {
  expect(await matches(`${SHA_256}, ${SHA_512}`, '{"hello": "world"}\n')).toBe(true);
  const wrong = SHA_512.replace('YMA', 'YMB');
  expect(await matches(`${SHA_256}, ${wrong}`, '{"hello": "world"}\n')).toBe(false);
  expect(await matches(`md5=:AAAA:, ${SHA_256}, unixsum=1`, '{"hello": "world"}\n')).toBe(true);
  expect(await matches('md5=:Sd/dVLAcvNLSq16eXua5uQ==:, sha=:07CavjDP4u3/TungoUHJO/Wzr4c=:', '')).toBeNull();
});

test.each([
  '',
  'sha-256',
  'sha-256=()',
  'sha-256="a"',
  'sha-256=::',
  SHA_256.replace('256', '512'),
  `${SHA_256}, ${SHA_256}`,
])('%j is no digest', async (field) => expect(await matches(field, '')).toBeNull());
