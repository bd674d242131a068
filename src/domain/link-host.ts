import * as v from 'valibot';

const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/** A host of a store's own, kept as URLs spell it: in lower case, international names encoded. */
export const LinkHost = v.pipe(
  v.string(),
  v.maxLength(253),
  v.description('A DNS name such as go.shop.example; an international one is kept in its encoded form.'),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const host = linkHostOf(dataset.value);
    if (host !== null) return host;
    addIssue({ message: 'Must be a DNS name such as go.shop.example, without scheme, port, path or wildcard.' });
    return NEVER;
  }),
);

function linkHostOf(text: string): string | null {
  const url = /[\s/?#@\\%[\]]/.test(text) ? null : URL.parse(`https://${text}`);
  if (url === null) return null;
  const { hostname, host } = url;
  const labels = hostname.split('.');
  const top = labels.at(-1) ?? '';
  // The last part of an IPv4 address is a number, and that of no DNS name is.
  if (hostname.length > 253 || /^\d*$/.test(top) || !labels.every((label) => LABEL.test(label))) return null;
  // A port is for trying things out: in public, links stand on the usual one.
  if (top === 'localhost') return host;
  return labels.length > 1 && !text.includes(':') ? host : null;
}
