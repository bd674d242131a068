import * as v from 'valibot';

const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/**
 * Last labels that lead into a private network, or nowhere: RFC 6761 and 6762 with its appendix G, RFC 7686, RFC 8375,
 * RFC 9476, and `internal`, which ICANN keeps for private use and which holds the metadata services of clouds.
 */
const NOT_PUBLIC = new Set([
  ...['alt', 'arpa', 'corp', 'example', 'home', 'internal', 'intranet', 'invalid', 'lan', 'local', 'localdomain'],
  ...['localhost', 'onion', 'private', 'test'],
]);

/** Where we may send requests of our own to, although somebody else says where; kept as URLs are spelt. */
export const PublicUrl = v.pipe(
  v.string(),
  v.maxLength(2048, 'Must have at most 2048 characters.'),
  v.metadata({ format: 'uri', description: 'An https URL of a public host name, without port and user name.' }),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const url = publicUrlOf(dataset.value);
    if (url !== null) return url;
    addIssue({
      message:
        'Must be an https URL of a public host name: no IP address, name of a private network, port, user name or fragment.',
    });
    return NEVER;
  }),
);

/**
 * null unless it leads to a public name by https. Addresses are refused of any range and in any notation, because URLs
 * write each of them in one way. What a name stands for in the end is not to be seen from here.
 */
export function publicUrlOf(text: string): string | null {
  const url = /[^!-~]|[\\#]/.test(text) ? null : URL.parse(text);
  if (url === null || url.protocol !== 'https:' || url.port !== '') return null;
  return url.username === '' && url.password === '' && isPublicName(url.hostname) ? url.href : null;
}

function isPublicName(host: string): boolean {
  const labels = host.split('.');
  const top = labels.at(-1) ?? '';
  // The last label of an IPv4 address is a number, and an IPv6 address has colons: no DNS name has either.
  if (labels.length < 2 || /^\d*$/.test(top) || NOT_PUBLIC.has(top)) return false;
  return host.length <= 253 && labels.every((label) => LABEL.test(label));
}
