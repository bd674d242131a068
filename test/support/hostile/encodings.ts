import type { Post } from './post.ts';

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64URL = `${BASE64.slice(0, 62)}-_`;

/** Signs anew until the signature is such as the attack needs it. */
export function until(make: () => Post, isFit: (post: Post) => boolean): Post {
  for (let tries = 0; tries < 1000; tries += 1) {
    const post = make();
    if (isFit(post)) return post;
  }
  throw new Error('No signature is such as it should be');
}

/** Another text for the same bytes: the last character holds bits that belong to no byte. */
export function withTrailingBits(text: string): string {
  const [, head = '', last = '', padding = ''] = /^(.*)([^=])(=*)$/s.exec(text) ?? [];
  const alphabet = /[-_]/.test(text) ? BASE64URL : BASE64;
  return head + alphabet.charAt(alphabet.indexOf(last) + 1) + padding;
}

export function toUrlAlphabet(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_');
}

/** Text as the bytes of its UTF-8, each of which is one character of the head of a request. */
export function raw(text: string): string {
  return Buffer.from(text).toString('latin1');
}
