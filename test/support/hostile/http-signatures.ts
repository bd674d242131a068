import { COVERED, contentDigest } from '../sign-http-signatures.ts';
import { event, order } from './bodies.ts';
import { type Case, IGNORED, MALFORMED, REFUSED, REPEATED } from './case.ts';
import { withTrailingBits } from './encodings.ts';
import { add, double, drop, edit, type Post, set } from './post.ts';
import { HTTP_KEY_ID, now } from './senders.ts';
import type { Target } from './target.ts';

const INPUT = 'signature-input';
const DIGEST = 'content-digest';

/** In the place of the usual parameters, and signed as they stand. */
const PARAMS: [title: string, params: () => string, expected: Case[2]][] = [
  ['no created', () => ';keyid="ed"', MALFORMED],
  ['a created as text', () => `;created="${now()}";keyid="ed"`, MALFORMED],
  ['a created with a fraction', () => `;created=${now()}.0;keyid="ed"`, MALFORMED],
  ['a created with an exponent', () => ';created=1e9;keyid="ed"', MALFORMED],
  ['a created with a leading zero', () => `;created=0${now()};keyid="ed"`, MALFORMED],
  ['a negative created', () => `;created=-${now()};keyid="ed"`, MALFORMED],
  ['a created of 16 digits', () => `;created=${'9'.repeat(16)};keyid="ed"`, MALFORMED],
  ['a created that is only named', () => ';created;keyid="ed"', MALFORMED],
  ['two times of creation', () => `;created=1;created=${now()};keyid="ed"`, MALFORMED],
  ['no keyid', () => `;created=${now()}`, MALFORMED],
  ['an empty keyid', () => `;created=${now()};keyid=""`, MALFORMED],
  ['a keyid that is no text', () => `;created=${now()};keyid=ed`, MALFORMED],
  ['a keyid of 3,000 characters', () => `;created=${now()};keyid="${'k'.repeat(3000)}"`, MALFORMED],
  ['a keyid that nobody knows', () => `;created=${now()};keyid="unknown"`, REFUSED],
  ['the keyid of another key', () => `;created=${now()};keyid="ec"`, REFUSED],
  ['a keyid of JavaScript', () => `;created=${now()};keyid="__proto__"`, REFUSED],
  ['an expires of a minute ago', () => `;created=${now()};expires=${now() - 60};keyid="ed"`, REFUSED],
  ['an expires as text', () => `;created=${now()};expires="never";keyid="ed"`, MALFORMED],
  ['an alg that is for secrets', () => `;created=${now()};keyid="ed";alg="hmac-sha256"`, REFUSED],
  ['an alg of another kind of key', () => `;created=${now()};keyid="ed";alg="rsa-v1_5-sha256"`, REFUSED],
  ['the alg none', () => `;created=${now()};keyid="ed";alg="none"`, REFUSED],
  ['an alg of JavaScript', () => `;created=${now()};keyid="ed";alg="constructor"`, REFUSED],
  ['an alg that is only named', () => `;created=${now()};keyid="ed";alg`, MALFORMED],
  ['a nonce with a blank', () => `;created=${now()};keyid="ed";nonce="a b"`, MALFORMED],
  ['a nonce of 257 characters', () => `;created=${now()};keyid="ed";nonce="${'n'.repeat(257)}"`, MALFORMED],
  ['a nonce of bytes', () => `;created=${now()};keyid="ed";nonce=:AAAA:`, MALFORMED],
  ['a parameter that nobody knows', () => `;created=${now()};keyid="ed";trust=1`, MALFORMED],
  ['a parameter whose name is in capitals', () => `;Created=${now()};keyid="ed"`, MALFORMED],
  ['a parameter of JavaScript', () => `;created=${now()};keyid="ed";constructor=1`, MALFORMED],
];

/** Lists as they are written and signed. */
const LISTS: [title: string, list: string, expected: Case[2]][] = [
  ['no components at all', '()', REFUSED],
  [
    'a component with a parameter',
    listed(['@method', '@authority', '@path']).replace('"@path"', '"@path";req'),
    MALFORMED,
  ],
  ['a component as a structured field', listed(COVERED).replace('"content-digest"', '"content-digest";sf'), MALFORMED],
  [
    'a component by a member of it',
    listed(COVERED).replace('"content-digest"', '"content-digest";key="sha-256"'),
    MALFORMED,
  ],
  ['a component out of the trailers', listed(COVERED).replace('"content-digest"', '"content-digest";tr'), MALFORMED],
  ['a component that is no text', listed(COVERED).replace('"@method"', '@method'), MALFORMED],
  ['components divided by two blanks', listed(COVERED).replace(' ', '  '), MALFORMED],
  ['components divided by commas', listed(COVERED).replaceAll(' ', ','), MALFORMED],
  ['a blank after the bracket', listed(COVERED).replace('(', '( '), MALFORMED],
];

export const httpSignatures: Case[] = [
  ['a signature 310 seconds old', (t) => t.httpKeys(order(), { at: now() - 310 }), REFUSED],
  ['a signature 310 seconds ahead', (t) => t.httpKeys(order(), { at: now() + 310 }), REFUSED],
  [
    'a signature that was dated anew',
    (t) =>
      edit(t.httpKeys(order(), { at: now() - 310 }), INPUT, (text) => text.replace(/created=\d+/, `created=${now()}`)),
    REFUSED,
  ],
  ...PARAMS.map(
    ([title, params, expected]): Case => [title, (t) => t.httpKeys(order(), { params: params() }), expected],
  ),
  ...LISTS.map(([title, list, expected]): Case => [title, (t) => t.httpKeys(order(), { list }), expected]),
  ...COVERED.map(
    (name): Case => [
      `a signature that leaves out ${name}`,
      (t) => t.httpKeys(order(), { covered: COVERED.filter((own) => own !== name) }),
      REFUSED,
    ],
  ),
  ['a component twice', (t) => t.httpKeys(order(), { covered: [...COVERED, '@method'] }), MALFORMED],
  ['a component that nobody knows', (t) => t.httpKeys(order(), { covered: [...COVERED, '@status'] }), REFUSED],
  ['a component of JavaScript', (t) => t.httpKeys(order(), { covered: [...COVERED, '__proto__'] }), MALFORMED],
  [
    'a component in capitals',
    (t) => t.httpKeys(order(), { covered: [...COVERED, 'X-Extra'], headers: { 'X-Extra': '1' } }),
    REFUSED,
  ],
  ['a signed header that is not there', (t) => drop(extra(t), 'x-extra'), MALFORMED],
  ['a signed header that was changed', (t) => set(extra(t), 'x-extra', '2'), REFUSED],
  ['a signed header that was doubled', (t) => double(extra(t), 'x-extra'), REFUSED],
  [
    'a media type other than was signed',
    (t) => set(t.httpKeys(), 'content-type', 'application/json; charset=utf-8'),
    REFUSED,
  ],
  ['a signature for another path', (t) => ({ ...t.httpKeys(order(), { url: `${t.url}/callbacks/other` }) }), REFUSED],
  [
    'a signature for another host',
    (t) => t.httpKeys(order(), { url: `http://other.example${t.httpKeys().target}` }),
    REFUSED,
  ],
  ['a signature for another method', (t) => t.httpKeys(order(), { method: 'PUT' }), REFUSED],
  ['another host than was signed', (t) => ({ ...t.httpKeys(), host: 'other.example' }), { ...REFUSED }],
  [
    'a signed query that was taken away',
    (t) => t.httpKeys(order(), { covered: [...COVERED, '@query'], url: `${t.url}${t.httpKeys().target}?a=1` }),
    REFUSED,
  ],
  [
    'a signed address to which a query was added',
    (t) => withQuery(t.httpKeys(order(), { covered: ['@method', '@target-uri', 'content-type', DIGEST] })),
    REFUSED,
  ],
  ['no digest', (t) => drop(t.httpKeys(), DIGEST), MALFORMED],
  ['two digests', (t) => double(t.httpKeys(), DIGEST), MALFORMED],
  [
    'the digest of another body',
    (t) => t.httpKeys(order(), { headers: { [DIGEST]: contentDigest(order()) } }),
    REFUSED,
  ],
  [
    'a digest by another algorithm that is wrong beside one that is right',
    (t) => digested(t, (body) => `${contentDigest(body)}, ${contentDigest('{}', 'sha-512')}`),
    REFUSED,
  ],
  ['a digest by MD5 alone', (t) => digested(t, () => 'md5=:1B2M2Y8AsgTpgAmY7PhCfg==:'), MALFORMED],
  [
    'a digest under the name of another algorithm',
    (t) => digested(t, (body) => contentDigest(body).replace('256', '512')),
    MALFORMED,
  ],
  [
    'a digest whose algorithm is in capitals',
    (t) => digested(t, (body) => contentDigest(body).toUpperCase()),
    MALFORMED,
  ],
  ['a digest without its colons', (t) => digested(t, (body) => contentDigest(body).replaceAll(':', '')), MALFORMED],
  [
    'a digest with stray trailing bits',
    (t) => digested(t, (body) => contentDigest(body).replace(/:(.*):/, (_, text) => `:${withTrailingBits(text)}:`)),
    MALFORMED,
  ],
  [
    'a digest as of RFC 3230',
    (t) => add(drop(t.httpKeys(), DIGEST), 'digest', 'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='),
    MALFORMED,
  ],
  ['no Signature-Input', (t) => drop(t.httpKeys(), INPUT), MALFORMED],
  ['the same Signature-Input twice', (t) => double(t.httpKeys(), INPUT), MALFORMED],
  [
    'a second signature under another label',
    (t) => add(add(t.httpKeys(), INPUT, 'b=("@method");created=1;keyid="x"'), 'signature', 'b=:AAAA:'),
    MALFORMED,
  ],
  [
    'labels that do not go together',
    (t) => edit(t.httpKeys(), 'signature', (text) => text.replace('sig=', 'other=')),
    MALFORMED,
  ],
  [
    'a Signature-Input of 8 kB',
    (t) => edit(t.httpKeys(), INPUT, (text) => `${text};tag="${'t'.repeat(8000)}"`),
    MALFORMED,
  ],
  [
    'a signature that is a text',
    (t) => edit(t.httpKeys(), 'signature', (text) => text.replaceAll(':', '"')),
    MALFORMED,
  ],
  [
    'a signature with stray trailing bits',
    (t) => edit(t.httpKeys(), 'signature', (text) => text.replace(/:(.*):/, (_, own) => `:${withTrailingBits(own)}:`)),
    MALFORMED,
  ],
  [
    'a signature without padding',
    (t) => edit(t.httpKeys(), 'signature', (text) => text.replaceAll('=:', ':').replace('sig:', 'sig=:')),
    MALFORMED,
  ],
  ['an empty signature', (t) => set(t.httpKeys(), 'signature', 'sig=::'), REFUSED],
  ['a signature of one byte', (t) => set(t.httpKeys(), 'signature', 'sig=:AA==:'), REFUSED],
  ['a signature of zeros', (t) => set(t.httpKeys(), 'signature', `sig=:${'A'.repeat(86)}==:`), REFUSED],
  [
    'a key with which two algorithms go',
    (t) => t.httpKeys(order(), { key: t.secretOf.httpKeys.rsa, alg: 'rsa-v1_5-sha256' }),
    REFUSED,
  ],
  ['an HMAC with the public key as the secret', publicKeyAsSecret, REFUSED],
  [
    'a signature by a key of somebody else',
    (t) => t.httpKeys(order(), { key: { ...t.keyOfNobody, kid: 'ed' } }),
    REFUSED,
  ],
  ['an HMAC by an empty secret', (t) => t.httpSecret(order(), { key: { kid: HTTP_KEY_ID, secret: '' } }), REFUSED],
  [
    'an HMAC under another name',
    (t) => t.httpSecret(order(), { key: { kid: 'other', secret: t.secretOf.httpSecret } }),
    REFUSED,
  ],
  [
    'an HMAC that names an algorithm of keys',
    (t) => t.httpSecret(order(), { params: `;created=${now()};keyid="${HTTP_KEY_ID}";alg="ed25519"` }),
    REFUSED,
  ],
  ['the same nonce once more', again, REPEATED],
];

function listed(names: string[]): string {
  return `(${names.map((name) => `"${name}"`).join(' ')})`;
}

function extra(t: Target): Post {
  return t.httpKeys(order(), { covered: [...COVERED, 'x-extra'], headers: { 'x-extra': '1' } });
}

function withQuery(post: Post): Post {
  return { ...post, target: `${post.target}?a=1` };
}

function digested(t: Target, digest: (body: string) => string): Post {
  const body = order();
  return t.httpKeys(body, { headers: { [DIGEST]: digest(body) } });
}

function publicKeyAsSecret(t: Target): Post {
  const { x = '' } = t.secretOf.httpKeys.ed.publicJwk;
  const key = { kid: 'ed', secret: Buffer.from(x, 'base64url').toString('base64') };
  return t.httpKeys(order(), { key, alg: 'hmac-sha256' });
}

async function again(t: Target): Promise<Post> {
  const post = t.httpKeys(event('newsletter.opened', {}));
  await t.takes(post, IGNORED);
  return post;
}
