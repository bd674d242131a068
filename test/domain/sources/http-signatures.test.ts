import { createSigner, createVerifier, httpbis } from 'http-message-signatures';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { CallbackRequest } from '../../../src/domain/sources/contract.ts';
import { httpSignatures } from '../../../src/domain/sources/http-signatures.ts';
import { signatureBase } from '../../../src/domain/sources/signature-base.ts';
import { readSignatureInput } from '../../../src/domain/sources/signature-input.ts';
import { makeSenderKey } from '../../support/sender-keys.ts';
import { COVERED, contentDigest, headersFor, signByHand, signByLibrary } from '../../support/sign-http-signatures.ts';
import { RFC_KEYS, RFC_PARTS, RFC_REQUEST, RFC_SECRET, RFC_WHOLE } from './rfc-9421.ts';
import { ADDRESS, AT } from './row.ts';

const BODY = '{"type":"newsletter.opened","data":{}}';
const key = makeSenderKey('Ed25519', 'shop-1');
const order = { alg: 'ed25519' as const, key, body: BODY };
const params = `;created=${AT};keyid="shop-1"`;

function verify(
  headers: Record<string, string>,
  {
    config = { keys: [key.publicJwk] } as unknown,
    secrets = [] as string[],
    now = AT * 1000,
    body = BODY,
    method = 'POST',
    url = ADDRESS,
    publishedKeys = async () => null as JsonWebKey | null | 'unavailable',
  } = {},
) {
  const request: CallbackRequest = {
    method,
    url,
    headers: new Headers(headers),
    body: Uint8Array.from(Buffer.from(body)),
  };
  return httpSignatures.verify({
    request,
    secrets,
    config: v.parse(httpSignatures.config, config),
    now,
    publishedKeys,
  });
}

const verified = (messageId: string | null = null) => ({ outcome: 'verified', messageId });
const refused = (step: string, hint: string) => ({ outcome: 'refused', step, hint: expect.stringContaining(hint) });
const malformed = (detail: string) => ({ outcome: 'malformed', detail: expect.stringContaining(detail) });

describe('RFC 9421', () => {
  const { body } = RFC_REQUEST;

  test.each(RFC_WHOLE)('$title', async ({ key, label, changes, input, signature }) => {
    const { method, url, headers } = { ...RFC_REQUEST, ...changes };
    const all = { ...RFC_REQUEST.headers, ...headers, 'signature-input': input, signature };
    const config = { keys: [RFC_KEYS[key]], ...(label === undefined ? {} : { label }) };
    const input_ = { method, url, config, body, now: 1_618_884_475_000 };
    expect(await verify(all, input_)).toEqual(verified());
    expect(await verify(all, { ...input_, url: url.replace('foo', 'fop') })).toEqual(
      refused('signature', 'No key in force'),
    );
    expect(await verify(all, { ...input_, body: body.replace('world', 'World') })).toEqual(
      refused('signature', 'Content-Digest'),
    );
  });

  test.each(RFC_PARTS)('$title covers too little for a callback', async ({ key, input, signature }) => {
    const all = { ...RFC_REQUEST.headers, 'signature-input': input, signature };
    const symmetric = key === 'test-shared-secret';
    const config = symmetric ? { keyId: key } : { keys: [RFC_KEYS[key]] };
    const { method, url } = RFC_REQUEST;
    const seen = await verify(all, { method, url, config, secrets: [RFC_SECRET], body, now: 1_618_884_473_000 });
    expect(seen.outcome).toBe(input.includes(';name=') ? 'malformed' : 'refused');
  });

  test('§B.2.5 and §B.2.6: the base is the one that was signed', () => {
    const request = { ...RFC_REQUEST, headers: new Headers(RFC_REQUEST.headers) };
    const bases = RFC_PARTS.slice(2).map(({ input, signature }) => {
      const read = readSignatureInput(new Headers({ 'signature-input': input, signature }), undefined);
      return 'outcome' in read ? read : signatureBase(read.covered, read.text, request);
    });
    expect(bases).toEqual([
      [
        '"date": Tue, 20 Apr 2021 02:07:55 GMT',
        '"@authority": example.com',
        '"content-type": application/json',
        '"@signature-params": ("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
      ].join('\n'),
      [
        '"date": Tue, 20 Apr 2021 02:07:55 GMT',
        '"@method": POST',
        '"@path": /foo',
        '"@authority": example.com',
        '"content-type": application/json',
        '"content-length": 18',
        '"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
      ].join('\n'),
    ]);
  });

  test.each([
    // §2.1
    ['host', {}, 'www.example.com'],
    ['x-ows-header', {}, 'Leading and trailing whitespace.'],
    ['cache-control', {}, 'max-age=60, must-revalidate'],
    ['example-dict', {}, 'a=1,    b=2;x=1;y=2,   c=(a   b   c)'],
    ['x-empty-header', {}, ''],
    // §2.2
    ['@method', { method: 'POST' }, 'POST'],
    ['@method', { method: 'post' }, 'post'],
    ['@target-uri', {}, 'https://www.example.com/path?param=value'],
    ['@authority', {}, 'www.example.com'],
    ['@authority', { url: 'https://WWW.Example.com:443/path' }, 'www.example.com'],
    ['@authority', { url: 'https://www.example.com:8443/path' }, 'www.example.com:8443'],
    ['@scheme', {}, 'https'],
    ['@scheme', { url: 'HTTP://www.example.com/' }, 'http'],
    ['@path', {}, '/path'],
    ['@path', { url: 'https://www.example.com?query' }, '/'],
    [
      '@query',
      { url: 'https://www.example.com/path?param=value&foo=bar&baz=bat%2Dman' },
      '?param=value&foo=bar&baz=bat%2Dman',
    ],
    ['@query', { url: 'https://www.example.com/path?queryString' }, '?queryString'],
    ['@query', { url: 'https://www.example.com/path' }, '?'],
  ])('%s of %j is %j', (name, changes, value) => {
    const headers = new Headers({
      host: 'www.example.com',
      'x-ows-header': '   Leading and trailing whitespace.   ',
      'example-dict': '  a=1,    b=2;x=1;y=2,   c=(a   b   c)',
      'x-empty-header': '',
    });
    headers.append('cache-control', 'max-age=60');
    headers.append('cache-control', '   must-revalidate');
    const request = { method: 'GET', url: 'https://www.example.com/path?param=value', headers, ...changes };
    expect(signatureBase([name], '()', request)).toBe(`"${name}": ${value}\n"@signature-params": ()`);
  });
});

describe('what has to be covered', () => {
  test.each(COVERED)('without %s it is refused, and the hint names it', async (name) => {
    const covered = COVERED.filter((other) => other !== name);
    expect(await verify(signByHand({ ...order, covered, params }))).toEqual(
      refused('signature', `also cover ${name}.`),
    );
  });

  test('nothing at all is refused, however good the signature', async () => {
    const seen = await verify(signByHand({ ...order, covered: [], params }));
    expect(seen).toEqual(refused('signature', 'also cover @method, @authority, @path, content-type, content-digest.'));
  });

  test('@target-uri stands for the authority and the path, and more may be covered in any order', async () => {
    const covered = ['content-digest', '@target-uri', '@scheme', '@query', 'x-shop', '@method', 'content-type'];
    const headers = signByHand({ ...order, covered, headers: { 'x-shop': 'one, two' }, params });
    expect(await verify(headers)).toEqual(verified());
    expect(await verify({ ...headers, 'x-shop': 'one,two' })).toEqual(refused('signature', 'No key in force'));
    expect(await verify(headers, { url: `${ADDRESS}?x` })).toEqual(refused('signature', 'No key in force'));
  });

  test('a header that is covered and missing is malformed, and named', async () => {
    const headers = new Headers(signByHand({ ...order, params }));
    headers.delete('content-type');
    expect(await verify(Object.fromEntries(headers))).toEqual(malformed('content-type is missing'));
  });

  test('a header that somebody sent a second time is not the one that was signed', async () => {
    const headers = new Headers(signByHand({ ...order, params }));
    headers.append('content-type', 'text/plain');
    expect(await verify(Object.fromEntries(headers))).toEqual(refused('signature', 'No key in force'));
  });

  test.each([
    ['("@method" "@authority" "@path" "content-type" "content-digest" "@method")'],
    ['("@method" "@authority" "@path" "content-type" "content-digest" "content-digest")'],
  ])('%s covers something twice', async (list) => {
    expect(await verify(signByHand({ ...order, list, params }))).toEqual(malformed('covers each component once'));
  });

  test.each([
    '@status',
    '@request-target',
    '@signature-params',
    '@query-params',
    '@',
    '',
    'Content-Length',
    'x y',
    'constructor',
    '__proto__',
    'toString',
  ])('the component %j is not known', async (name) => {
    const list = `(${[...COVERED, name].map((each) => `"${each}"`).join(' ')})`;
    const seen = await verify(signByHand({ ...order, list, params }));
    expect(['malformed', 'refused']).toContain(seen.outcome);
    if (name.startsWith('@')) expect(seen).toEqual(refused('signature', 'a component that is not known here'));
  });

  test.each([';sf', ';bs', ';tr', ';req', ';key="a"', ';name="a"', ';sf=?0', ';other=1'])(
    'the parameter %s of a component is not known',
    async (parameter) => {
      const list = `("@method" "@authority" "@path" "content-type" "content-digest"${parameter})`;
      expect((await verify(signByHand({ ...order, list, params }))).outcome).toBe('malformed');
    },
  );

  test.each(['(@method)', '(:QUJD:)', '(1)', '("@method",)', '("@method"  "@path")', '( )', '[]', '"@method"', 'x'])(
    'a list %s is malformed',
    async (list) => {
      expect(await verify(signByHand({ ...order, list, params }))).toEqual(malformed('signature-input'));
    },
  );
});

describe('the digest', () => {
  const digested = (value: string) => signByHand({ ...order, headers: { 'content-digest': value }, params });

  test('SHA-512 serves as well, and so do both, and others beside one of them', async () => {
    const both = `${contentDigest(BODY, 'sha-512')}, ${contentDigest(BODY)}`;
    for (const value of [contentDigest(BODY, 'sha-512'), both, `md5=:AAAA:, ${contentDigest(BODY)}`]) {
      expect(await verify(digested(value))).toEqual(verified());
    }
  });

  test('each of two digests has to be that of the body', async () => {
    const other = contentDigest(`${BODY} `);
    for (const value of [other, `${contentDigest(BODY, 'sha-512')}, ${other}`]) {
      expect(await verify(digested(value))).toEqual(refused('signature', 'Content-Digest is not that of the body'));
    }
  });

  test.each([
    ...['md5=:AAAA:', 'sha-256=:AAAA:', 'sha-256=("a")', 'sha-256="a"', 'sha-256', 'SHA-256=:AAAA:', 'sha-256=1', ''],
    contentDigest(BODY).replace('sha-256', 'sha-512'),
    contentDigest(BODY).replace('=:', '=: '),
    contentDigest(BODY).replaceAll(':', '"'),
    contentDigest(BODY).replace('sha-256=:', 'SHA-256='),
    `${contentDigest(BODY)}, ${contentDigest(BODY)}`,
  ])('a digest %j is malformed even when it was signed', async (value) => {
    expect(await verify(digested(value))).toEqual(malformed('content-digest'));
  });

  test('a body under the digest of another is refused before any key is looked for', async () => {
    const publishedKeys = async () => Promise.reject(new Error('asked for'));
    const config = { jwksUrl: 'https://shop.example.com/jwks' };
    const seen = await verify(signByHand({ ...order, params }), { config, publishedKeys, body: '{}' });
    expect(seen).toEqual(refused('signature', 'Content-Digest'));
  });
});

describe('parameters', () => {
  const signed = (rest: string) => verify(signByHand({ ...order, params: `${params}${rest}` }));

  test('a nonce is the id of the message, and without one there is none', async () => {
    expect(await signed(';nonce="b3k2pp5k7z-50gnwp.yemd"')).toEqual(verified('b3k2pp5k7z-50gnwp.yemd'));
    expect(await signed(`;nonce="${'n'.repeat(256)}"`)).toEqual(verified('n'.repeat(256)));
    expect(await signed('')).toEqual(verified(null));
  });

  test('they may come in any order', async () => {
    const headers = signByHand({ ...order, params: `;tag="a b";keyid="shop-1";nonce="1";created=${AT}` });
    expect(await verify(headers)).toEqual(verified('1'));
  });

  test('what has expired is refused even when it is fresh, a second late', async () => {
    const headers = signByHand({ ...order, params: `${params};expires=${AT + 60}` });
    for (const late of [0, 60, 60.999]) {
      expect(await verify(headers, { now: (AT + late) * 1000 })).toEqual(verified());
    }
    expect(await verify(headers, { now: (AT + 61) * 1000 })).toEqual(refused('freshness', 'expired'));
    expect(await signed(`;expires=${AT - 1000}`)).toEqual(refused('freshness', 'expired'));
  });

  test('a far expiry does not make an old signature good', async () => {
    const headers = signByHand({ ...order, params: `${params};expires=${AT + 10_000}` });
    expect(await verify(headers, { now: (AT + 301) * 1000 })).toEqual(refused('freshness', '300 seconds'));
  });

  test.each([
    [`;keyid="shop-1"`, 'created'],
    [`;created=${AT}`, 'keyid'],
    [`;created="${AT}";keyid="shop-1"`, 'created'],
    [`;created=${AT};keyid=shop-1`, 'keyid'],
    [`;created=${AT};keyid=""`, 'keyid'],
    [`;created=${AT};keyid="${'k'.repeat(257)}"`, 'keyid'],
    [`;created=${AT};keyid=:c2hvcC0x:`, 'keyid'],
    [`;created;keyid="shop-1"`, 'created'],
    [`${params};expires="${AT + 60}"`, 'expires'],
    [`${params};expires=-1`, 'expires'],
    [`${params};alg=ed25519`, 'alg'],
    [`${params};nonce=1`, 'nonce'],
    [`${params};nonce=""`, 'nonce'],
    [`${params};nonce="a b"`, 'nonce'],
    [`${params};nonce="${'n'.repeat(257)}"`, 'nonce'],
    [`${params};tag`, 'tag'],
    [`${params};constructor="x"`, 'no other parameters'],
    [`${params};x-scope="all"`, 'no other parameters'],
  ])('%s is malformed even when it was signed', async (written, named) => {
    expect(await verify(signByHand({ ...order, params: written }))).toEqual(malformed(named));
  });

  test.each([
    `${params};keyid="shop-1"`,
    `;created=1;created=${AT};keyid="shop-1"`,
    `; created=${AT};keyid="shop-1"`,
    `;created=${AT};keyid="shop-1";nonce=?1`,
    `;Created=${AT};keyid="shop-1"`,
    `${params};`,
    `${params};nonce="a\tb"`,
    `${params};nonce="a\\nb"`,
    `${params};nonce="ü"`,
  ])('%j is no list with parameters', async (written) => {
    expect(await verify(signByHand({ ...order, params: written }))).toEqual(malformed('signature-input'));
  });

  test('a source may ask for a tag', async () => {
    const config = { keys: [key.publicJwk], tag: 'goodword' };
    const tagged = (rest: string) => verify(signByHand({ ...order, params: params + rest }), { config });
    expect(await tagged(';tag="goodword"')).toEqual(verified());
    for (const rest of ['', ';tag="Goodword"', ';tag="goodword "']) {
      expect(await tagged(rest)).toEqual(refused('signature', 'the tag "goodword"'));
    }
  });
});

describe('keys and algorithms', () => {
  test('no key by another name, however alike', async () => {
    for (const kid of ['shop-2', 'Shop-1', 'shop-1 ', '__proto__', 'toString', 'k'.repeat(256)]) {
      const headers = signByHand({ ...order, params: `;created=${AT};keyid="${kid}"` });
      expect(await verify(headers)).toEqual(refused('key', 'not among those'));
    }
  });

  test('the algorithm that the signature states must be that of its key', async () => {
    const signed = (alg: string) => verify(signByHand({ ...order, params: `${params};alg="${alg}"` }));
    expect(await signed('ed25519')).toEqual(verified());
    for (const alg of [
      'hmac-sha256',
      'rsa-v1_5-sha256',
      'ecdsa-p256-sha256',
      'EdDSA',
      'none',
      'Ed25519',
      '__proto__',
    ]) {
      expect(await signed(alg)).toEqual(refused('key', 'not for the algorithm'));
    }
  });

  test('a public key does not serve as the secret of an HMAC', async () => {
    const { x = '' } = key.publicJwk;
    const forger = { kid: 'shop-1', secret: Buffer.from(x, 'base64url').toString('base64') };
    for (const rest of ['', ';alg="hmac-sha256"', ';alg="ed25519"']) {
      const headers = signByHand({ ...order, alg: 'hmac-sha256', key: forger, params: params + rest });
      expect(await verify(headers)).toMatchObject({ outcome: 'refused' });
      expect(await verify(headers, { secrets: [forger.secret] })).toMatchObject({ outcome: 'refused' });
    }
  });

  test('a secret signs by hmac-sha256 alone, and under its own name', async () => {
    const secret = httpSignatures.newSecret((bytes) => crypto.getRandomValues(bytes));
    const signed = (rest: string, kid = 'shop-1') =>
      verify(
        signByHand({
          ...order,
          alg: 'hmac-sha256',
          key: { kid, secret },
          params: `;created=${AT};keyid="${kid}"${rest}`,
        }),
        {
          config: { keyId: 'shop-1' },
          secrets: [secret],
        },
      );
    expect(await signed('')).toEqual(verified());
    expect(await signed(';alg="hmac-sha256"')).toEqual(verified());
    expect(await signed(';alg="ed25519"')).toEqual(refused('key', 'not for the algorithm'));
    expect(await signed('', 'shop-2')).toEqual(refused('key', 'not among those'));
  });

  test('an RSA key goes with the algorithm that the key or the signature names', async () => {
    const rsa = makeSenderKey('RSA', 'rsa');
    const signed = (alg: 'rsa-pss-sha512' | 'rsa-v1_5-sha256', jwkAlg: string | null, stated: string | null) => {
      const rest = stated === null ? '' : `;alg="${stated}"`;
      const headers = signByHand({ ...order, alg, key: rsa, params: `;created=${AT};keyid="rsa"${rest}` });
      return verify(headers, { config: { keys: [{ ...rsa.publicJwk, ...(jwkAlg === null ? {} : { alg: jwkAlg }) }] } });
    };
    expect(await signed('rsa-pss-sha512', 'PS512', null)).toEqual(verified());
    expect(await signed('rsa-v1_5-sha256', 'RS256', null)).toEqual(verified());
    expect(await signed('rsa-v1_5-sha256', 'RS256', 'rsa-v1_5-sha256')).toEqual(verified());
    expect(await signed('rsa-pss-sha512', null, 'rsa-pss-sha512')).toEqual(verified());
    expect(await signed('rsa-pss-sha512', null, null)).toEqual(refused('key', 'Two algorithms go with an RSA key'));
    expect(await signed('rsa-v1_5-sha256', 'PS512', 'rsa-v1_5-sha256')).toEqual(
      refused('key', 'not for the algorithm'),
    );
    expect(await signed('rsa-v1_5-sha256', 'PS512', null)).toEqual(refused('signature', 'No key in force'));
    expect(await signed('rsa-v1_5-sha256', null, 'rsa-pss-sha512')).toEqual(refused('signature', 'No key in force'));
  });

  test('a point that is not on its curve is no key, and nothing throws', async () => {
    const ec = makeSenderKey('P-256', 'shop-1');
    const config = { keys: [{ ...ec.publicJwk, y: ec.publicJwk.x }] };
    const headers = signByHand({ ...order, alg: 'ecdsa-p256-sha256', key: ec, params });
    expect(await verify(headers, { config })).toEqual(refused('key', 'not for the algorithm'));
  });

  test('published keys are asked for by URL and name, and may be out of reach', async () => {
    const config = { jwksUrl: 'https://shop.example.com/jwks' };
    const headers = signByHand({ ...order, params });
    const asked: string[] = [];
    const publish = (answer: JsonWebKey | null | 'unavailable') => async (url?: string, kid?: string) => {
      asked.push(`${url} ${kid}`);
      return answer;
    };
    expect(await verify(headers, { config, publishedKeys: publish(key.publicJwk) })).toEqual(verified());
    expect(await verify(headers, { config, publishedKeys: publish(null) })).toEqual(refused('key', 'not among'));
    expect(await verify(headers, { config, publishedKeys: publish('unavailable') })).toEqual({
      outcome: 'unavailable',
    });
    expect(new Set(asked)).toEqual(new Set(['https://shop.example.com/jwks shop-1']));
  });
});

describe('labels', () => {
  const one = signByHand({ ...order, params, label: 'one' });
  const two = signByHand({ ...order, params: `${params};tag="2"`, label: 'two' });
  const both = {
    ...one,
    'signature-input': `${one['signature-input']}, ${two['signature-input']}`,
    signature: `${one.signature},${two.signature}`,
  };

  test('of several signatures the source says which one counts', async () => {
    expect(await verify(both)).toEqual(malformed('one label'));
    for (const label of ['one', 'two']) {
      expect(await verify(both, { config: { keys: [key.publicJwk], label } })).toEqual(verified());
    }
    const config = { keys: [key.publicJwk], label: 'three' };
    expect(await verify(both, { config })).toEqual(malformed('the label "three"'));
    expect(await verify(one, { config })).toEqual(malformed('the label "three"'));
  });

  test('a signature does not pass under the label of another', async () => {
    const swapped = { ...both, signature: `two=${one.signature.slice(4)}, one=${two.signature.slice(4)}` };
    const config = { keys: [key.publicJwk], label: 'one' };
    expect(await verify(swapped, { config })).toEqual(refused('signature', 'No key in force'));
  });

  test('both headers must have the same labels', async () => {
    for (const headers of [
      { ...both, signature: one.signature },
      { ...both, 'signature-input': one['signature-input'] },
      { ...one, signature: two.signature },
    ]) {
      expect(await verify(headers, { config: { keys: [key.publicJwk], label: 'one' } })).toEqual(
        malformed('same labels'),
      );
    }
  });

  test('what is no signature is malformed', async () => {
    for (const signature of ['one=("a")', 'one="a"', 'one=1', 'one=a', 'one=:a:', 'one=:YQ:', 'one']) {
      expect(await verify({ ...one, signature })).toEqual(malformed('header signature'));
    }
    expect(await verify({ ...one, signature: 'one=::' })).toEqual(refused('signature', 'No key in force'));
    expect(await verify({ ...one, signature: 'one=:YQ==:' })).toEqual(refused('signature', 'No key in force'));
  });
});

describe('settings', () => {
  const issuesOf = (config: unknown) =>
    v.safeParse(httpSignatures.config, config).issues?.map(({ message }) => message) ?? [];
  const { publicJwk } = key;
  const jwksUrl = 'https://shop.example.com/jwks';

  test('keys, their address and a secret exclude each other', () => {
    for (const config of [
      {},
      { keys: [publicJwk], jwksUrl },
      { keys: [publicJwk], keyId: 'a' },
      { jwksUrl, keyId: 'a' },
    ]) {
      expect(issuesOf(config)).toEqual([expect.stringContaining('Give one of keys, jwksUrl and keyId')]);
    }
    for (const config of [{ keys: [publicJwk] }, { jwksUrl }, { keyId: 'a' }]) expect(issuesOf(config)).toEqual([]);
  });

  test.each([
    { label: 'Sig' },
    { label: '' },
    { label: 'a b' },
    { tag: '' },
    { tag: 'ü' },
    { keyId: 'a\nb' },
    { other: 1 },
  ])('%j is refused', (more) => {
    expect(issuesOf({ ...('keyId' in more ? {} : { jwksUrl }), ...more }).length).toBeGreaterThan(0);
  });

  test('only a source that has a secret takes one: 24 bytes or more in base64', () => {
    expect(httpSignatures.secretOrigin({ keyId: 'a' })).toBe('made');
    expect(httpSignatures.secretOrigin({ jwksUrl })).toBe('none');
    expect(httpSignatures.secretProblem(RFC_SECRET, { jwksUrl })).toMatch(/no secret/);
    expect(httpSignatures.secretProblem(RFC_SECRET, { keyId: 'a' })).toBeNull();
    const bytes = (length: number) => Buffer.alloc(length, 7).toString('base64');
    expect(httpSignatures.secretProblem(bytes(24), { keyId: 'a' })).toBeNull();
    for (const bad of [bytes(23), `${bytes(24)} `, bytes(25).replace(/=+$/, ''), 'a'.repeat(31)]) {
      expect(httpSignatures.secretProblem(bad, { keyId: 'a' })).toMatch(/at least 24 random bytes in base64/);
    }
  });
});

describe('the library http-message-signatures', () => {
  const message = (headers: Record<string, string>) => ({ method: 'POST', url: ADDRESS, headers });
  const keyLookup = async () => ({
    id: 'shop-1',
    algs: ['ed25519'],
    verify: createVerifier(key.privateKey, 'ed25519'),
  });

  test('signs what is accepted here, with what it sends unless it is told otherwise', async () => {
    const now = Math.floor(Date.now() / 1000);
    const headers = await signByLibrary({ ...order, created: now, params: { expires: new Date((now + 300) * 1000) } });
    expect(await httpbis.verifyMessage({ keyLookup }, message(headers))).toBe(true);
    expect(await verify(headers, { now: now * 1000 })).toEqual(verified());
  });

  test('signs by P-384 what is accepted here', async () => {
    const p384 = makeSenderKey('P-384', 'shop-2');
    const headers = await signByLibrary({ ...order, alg: 'ecdsa-p384-sha384', key: p384, created: AT });
    expect(await verify(headers, { config: { keys: [key.publicJwk, p384.publicJwk] } })).toEqual(verified());
    expect(await verify(headers, { config: { keys: [makeSenderKey('P-384', 'shop-2').publicJwk] } })).toEqual(
      refused('signature', 'No key in force'),
    );
  });

  test('accepts more: no component, no time, no digest of the body, and whatever more stands in the headers', async () => {
    const bare = signByHand({ ...order, covered: [], params: ';keyid="shop-1"' });
    const old = signByHand({ ...order, params });
    const extended = signByHand({ ...order, params: `;created=${AT};keyid="shop-1";other=1` });
    const doubled = { ...old, signature: `sig=:YQ==:, ${old.signature}` };
    for (const headers of [bare, old, extended, doubled]) {
      expect(await httpbis.verifyMessage({ keyLookup }, message(headers))).toBe(true);
      // The body is not even asked for.
      expect(await verify(headers, { body: '{}' })).not.toEqual(verified());
    }
    expect(await verify(bare)).toMatchObject({ outcome: 'malformed' });
    expect(await verify(old, { now: (AT + 301) * 1000 })).toMatchObject({ outcome: 'refused', step: 'freshness' });
    expect(await verify(extended)).toMatchObject({ outcome: 'malformed' });
    expect(await verify(doubled)).toMatchObject({ outcome: 'malformed' });
  });

  test('salts RSA-PSS as RFC 9421 does not, and is refused where it is left to itself', async () => {
    const rsa = makeSenderKey('RSA', 'rsa');
    const config = { keys: [rsa.publicJwk] };
    const signed = await httpbis.signMessage(
      {
        key: createSigner(rsa.privateKey, 'rsa-pss-sha512', 'rsa'),
        fields: COVERED,
        params: ['created', 'keyid', 'alg'],
        paramValues: { created: new Date(AT * 1000) },
      },
      message(headersFor(BODY)),
    );
    const headers = Object.fromEntries(Object.entries(signed.headers).map(([name, value]) => [name, String(value)]));
    expect(await verify(headers, { config })).toEqual(refused('signature', 'No key in force'));
    const salted = await signByLibrary({ ...order, alg: 'rsa-pss-sha512', key: rsa, created: AT });
    expect(await verify(salted, { config })).toEqual(verified());
  });
});
