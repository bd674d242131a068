/** What a link may lead to, and what may be added to it on the way. */

const LOOPBACK = new Set(['localhost', '127.0.0.1']);
const LONGEST = 2048;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROLS = /[\0-\x1f\x7f]/;
const MAX_DECODINGS = 8;

/** null when the URL may be a destination; otherwise a sentence that says how to mend it. */
export function destinationProblem(url: string, allowedHosts: readonly string[]): string | null {
  const problem = urlProblem(url);
  const host = URL.parse(url)?.host;
  if (problem !== null || allowedHosts.some((allowed) => URL.parse(`https://${allowed}`)?.host === host))
    return problem;
  return `The host ${host} is not one of the program's allowed hosts.`;
}

/** null when the URL may be shown or followed, wherever it leads. */
export function urlProblem(url: string): string | null {
  if (url.length > LONGEST) return `Use at most ${LONGEST} characters.`;
  if (CONTROLS.test(url) || url.includes('\\'))
    return 'Leave out backslashes, line breaks and other control characters.';
  const parsed = URL.parse(url);
  if (parsed === null) return 'Send a whole URL, such as https://shop.example/welcome.';
  const { protocol, hostname, username, password } = parsed;
  if (protocol !== 'https:' && !(protocol === 'http:' && LOOPBACK.has(hostname))) return 'Use https.';
  if (username !== '' || password !== '') return 'Leave out the user name and password.';
  return null;
}

/**
 * The destination moved to another path, query and fragment of its own origin. A `to` that could leave the origin, here
 * or once the shop's own server decodes or redirects it, leaves the destination as it is: the friend still arrives.
 */
export function deepen(destination: string, to: string): string {
  if (!staysOnOrigin(to)) return destination;
  const base = URL.parse(destination);
  const deeper = base && URL.parse(to, base.origin);
  return deeper !== null && deeper.origin === base?.origin ? deeper.href : destination;
}

function staysOnOrigin(to: string): boolean {
  if (!to.startsWith('/') || to.length > LONGEST) return false;
  const plain = decodedWhole(to);
  return plain !== null && !plain.includes('//') && !plain.includes('\\') && !CONTROLS.test(plain);
}

/** Decoded until nothing changes, byte by byte, because a doubly encoded slash is a slash to somebody; null: no end. */
function decodedWhole(text: string): string | null {
  let plain = text;
  for (let round = 0; round < MAX_DECODINGS; round += 1) {
    const decoded = plain.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
    if (decoded === plain) return plain;
    plain = decoded;
  }
  return null;
}

/** A header value is ASCII (RFC 9110 §5.5): international hosts and paths go out encoded. */
export function headerSafe(url: string): string {
  return URL.parse(url)?.href ?? url;
}

/** Adds `gw=` in place of one already there; every other byte of query and fragment stays as it is. */
export function withToken(url: string, token: string): string {
  return withQuery(url, (pairs) => [...pairs.filter((pair) => nameOf(pair) !== 'gw'), `gw=${token}`]);
}

/** Adds those of the parameters, written as in a query, that the URL has not; every byte that it has stays as it is. */
export function withDefaults(url: string, parameters: string | undefined): string {
  if (parameters === undefined) return url;
  return withQuery(url, (pairs) => {
    const named = new Set(pairs.map(nameOf));
    return [...pairs, ...parameters.split('&').filter((pair) => !named.has(nameOf(pair)))];
  });
}

function withQuery(url: string, change: (pairs: string[]) => string[]): string {
  const hash = url.indexOf('#');
  const fragment = hash < 0 ? '' : url.slice(hash);
  const whole = hash < 0 ? url : url.slice(0, hash);
  const mark = whole.indexOf('?');
  const query = mark < 0 ? '' : whole.slice(mark + 1);
  const pairs = change(query === '' ? [] : query.split('&'));
  return `${mark < 0 ? whole : whole.slice(0, mark)}${pairs.length === 0 ? '' : '?'}${pairs.join('&')}${fragment}`;
}

/** Of a name that is encoded what a shop would read; null: no end to it. */
function nameOf(pair: string): string | null {
  return decodedWhole(pair.split('=', 1)[0] ?? '');
}
