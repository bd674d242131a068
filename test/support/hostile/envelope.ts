import { event, order } from './bodies.ts';
import {
  type Case,
  IGNORED,
  MALFORMED,
  NO_HEAD,
  NO_HTTP,
  NO_MEDIA,
  NO_METHOD,
  NO_ROUTE,
  NO_VERB,
  REFUSED,
} from './case.ts';
import { add, double, drop, type Post, set } from './post.ts';
import type { Target } from './target.ts';

const METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const MEDIA = [
  'text/plain',
  'text/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/jsonx',
  'application/json+x',
  'application/vnd.api+json',
  'application/json; charset=utf-16',
  'application/json; charset=utf-7',
  'application/json; charset=utf-8; charset=utf-16',
  'application/json; boundary=x',
  'application/json, text/plain',
  'application/json;',
  '*/*',
  '',
];

export const envelope: Case[] = [
  ...METHODS.map(
    (method): Case => [`the method ${method}`, (t) => ({ ...t.v1(), method }), method === 'HEAD' ? NO_HEAD : NO_METHOD],
  ),
  ['a method in small letters', (t) => ({ ...t.v1(), method: 'post' }), NO_VERB],
  ['a method that there is not', (t) => ({ ...t.v1(), method: 'TELEPORT' }), NO_VERB],
  [
    'a method that another header takes the place of',
    (t) => add({ ...t.v1(), method: 'GET' }, 'X-HTTP-Method-Override', 'POST'),
    NO_METHOD,
  ],
  ...MEDIA.map((type): Case => [`the media type "${type}"`, (t) => set(t.v1(), 'content-type', type), NO_MEDIA]),
  ['no media type', (t) => drop(t.v1(), 'content-type'), NO_MEDIA],
  ['two media types', (t) => double(t.v1(), 'content-type'), NO_MEDIA],
  ['names of headers in capitals, which are the same headers', (t) => inCapitals(told(t)), IGNORED],
  ['a slash behind the id, which is the same address', (t) => ({ ...told(t), target: `${told(t).target}/` }), IGNORED],
  ['a way up and down again to the same address', (t) => ({ ...told(t), target: `/x/..${told(t).target}` }), IGNORED],
  ['the same path on a host of somebody else', (t) => ({ ...told(t), host: 'attacker.example' }), IGNORED],
  [
    'a whole URL of somebody else',
    (t) => ({ ...told(t), target: `http://attacker.example${told(t).target}` }),
    IGNORED,
  ],
  ['an encoded slash behind the id', (t) => at(t, (path) => `${path}%2F`), REFUSED],
  ['something behind the id', (t) => at(t, (path) => `${path}/orders`), NO_ROUTE],
  ['an id in capitals', (t) => at(t, (path) => path.replace(/src_.*/, (id) => id.toUpperCase())), REFUSED],
  ['an id with a NUL behind it', (t) => at(t, (path) => `${path}%00`), REFUSED],
  ['an id with a line break behind it', (t) => at(t, (path) => `${path}%0a`), REFUSED],
  ['an id with a broken escape', (t) => at(t, (path) => `${path}%E0%A4%A`), REFUSED],
  ['an id of 10,000 characters', (t) => at(t, (path) => path + 'x'.repeat(10_000)), REFUSED],
  ['an id of SQL', (t) => at(t, () => "/callbacks/'%20or%201=1--"), REFUSED],
  ['an id of something else', (t) => at(t, () => '/callbacks/sto_01kar7b2e5f3v8t9w0x1y2z3a4'), REFUSED],
  ['no id', (t) => at(t, () => '/callbacks'), NO_ROUTE],
  ['an empty id', (t) => at(t, () => '/callbacks/'), NO_ROUTE],
  ['the way up, encoded', (t) => at(t, (path) => path.replace('/callbacks/', '/callbacks/..%2Fcallbacks%2F')), REFUSED],
  ['a path in capitals', (t) => at(t, (path) => path.replace('callbacks', 'CALLBACKS')), NO_ROUTE],
  ['two slashes', (t) => at(t, (path) => path.replace('/callbacks/', '/callbacks//')), NO_ROUTE],
  ['a path under another version', (t) => at(t, (path) => `/v1${path}`), NO_METHOD],
  ['a request line without a path', (t) => ({ ...t.v1(), target: '' }), NO_HTTP],
  ['a request line with a blank in its path', (t) => at(t, (path) => `${path} x`), NO_HTTP],
  ['a header without a colon', (t) => ({ ...t.v1(), target: `${t.v1().target} HTTP/1.1\r\nx-junk` }), NO_HTTP],
  ['a header without a name', (t) => add(t.v1(), '', 'x'), NO_HTTP],
  ['a header with a line break in its name', (t) => add(t.v1(), 'x-a\r\n', 'x'), NO_HTTP],
  [
    'a key of the API in the place of a signature',
    (t) => add(drop(t.v1(), 'webhook-signature'), 'Authorization', 'Bearer gw_sk_test_x'),
    MALFORMED,
  ],
  [
    'a source in the query',
    (t) => at(t, (path) => `/callbacks/src_01kar7b2e5f3v8t9w0x1y2z3a4?sourceId=${path.split('/').at(-1)}`),
    REFUSED,
  ],
  ['a source that is disabled', (t) => at(t, () => t.disabled), REFUSED],
  ['a source that is archived', (t) => at(t, () => t.archived), REFUSED],
  ['a source of another store that is of another scheme', (t) => at(t, () => t.others.shopify), MALFORMED],
  [
    'an id of a request that would break the log',
    (t) =>
      add(add({ ...t.v1(), body: Buffer.from(order()) }, 'X-Request-Id', '{"message":"bug"} hstl-mark'), 'X-Junk', '1'),
    REFUSED,
  ],
];

function at(t: Target, change: (path: string) => string): Post {
  const post = t.v1();
  return { ...post, target: change(post.target) };
}

/** Good, and not our business. */
function told(t: Target): Post {
  return t.v1(event('newsletter.opened', {}));
}

function inCapitals(post: Post): Post {
  return { ...post, headers: post.headers.map(([name, value]) => [name.toUpperCase(), value]) };
}
