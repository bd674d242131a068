import type { CallbackRequest, Refused, Verification } from './contract.ts';

/** RFC 9421 §2.2, of requests. Not `@request-target`, which only HTTP/1.1 knows for certain, nor parts of the query. */
const DERIVED: Record<string, (method: string, url: URL) => string> = {
  '@method': (method) => method,
  '@target-uri': (_, { href }) => href,
  '@authority': (_, { host }) => host,
  '@scheme': (_, { protocol }) => protocol.slice(0, -1),
  '@path': (_, { pathname }) => pathname,
  '@query': (_, { search }) => search || '?',
};
/** In lower case, as RFC 9421 §2.1 asks. */
const FIELD = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;

/**
 * RFC 9421 §2.5: the text that is signed. URLs spell themselves in the normal form of RFC 9110 §4.2.3, and Headers joins
 * the lines of a field and trims them as §2.1 of the former wants it.
 */
export function signatureBase(
  covered: readonly string[],
  params: string,
  { method, url, headers }: Pick<CallbackRequest, 'method' | 'url' | 'headers'>,
): string | Refused | Extract<Verification, { outcome: 'malformed' }> {
  const target = new URL(url);
  const lines: string[] = [];
  for (const name of covered) {
    const derive = Object.hasOwn(DERIVED, name) ? DERIVED[name] : undefined;
    if (derive === undefined && !FIELD.test(name)) return notKnown;
    const value = derive === undefined ? headers.get(name) : derive(method, target);
    if (value === null)
      return { outcome: 'malformed', detail: `The header ${name} is missing, although it is signed.` };
    lines.push(`"${name}": ${value}`);
  }
  return [...lines, `"@signature-params": ${params}`].join('\n');
}

const notKnown: Refused = {
  outcome: 'refused',
  step: 'signature',
  hint: `The signature covers a component that is not known here. Known are ${Object.keys(DERIVED).join(', ')}, and headers by their names in lower case.`,
};
