import * as v from 'valibot';
import { fromBase64Url } from '../../lib/encoding.ts';
import { parseStrictJson } from '../strict-json.ts';
import { KeyName } from './jwk.ts';

/** The names that `crit` may list (RFC 7515 §4.1.11): what we understand beyond RFC 7515 itself. */
const EXTENSIONS = ['b64', 'iat', 'jti'];
/** Each brings a key, or says where one is (RFC 7515 §4.1.2 to §4.1.6); by which key a sender is checked is not theirs to say. */
const BRINGS_A_KEY = ['jku', 'jwk', 'x5u', 'x5c'];

const Header = v.looseObject({
  alg: v.pipe(v.string(), v.maxLength(16)),
  kid: KeyName,
  iat: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(999_999_999_999)),
  jti: v.pipe(v.string(), v.regex(/^[!-~]{1,256}$/)),
  b64: v.exactOptional(v.boolean()),
  crit: v.exactOptional(v.array(v.string())),
});

/** Completes "a protected header must have …". */
const FORMS: Record<string, string> = {
  alg: '"alg", the name of an algorithm',
  kid: '"kid", the kid of the key in 1 to 256 printable characters',
  iat: '"iat", the time of signing in whole seconds since 1970',
  jti: '"jti", the id of the message in 1 to 256 visible ASCII characters',
  b64: '"b64" as true or false, or not at all',
  crit: '"crit" as a list of names, or not at all',
};

export interface JwsHeader {
  alg: string;
  kid: string;
  /** Seconds since the epoch. */
  iat: number;
  jti: string;
  b64: boolean;
  crit: string[];
}

/** `lacks`: what it must be or have; `refuses`: a hint why it is not accepted as it stands. */
type ReadHeader = { header: JwsHeader } | { lacks: string } | { refuses: 'key' | 'signature'; hint: string };

/** Of the protected header in base64url. RFC 7515 knows no time and no id: ours are named as in RFC 7519 §4.1. */
export function readJwsHeader(encoded: string): ReadHeader {
  const bytes = fromBase64Url(encoded);
  const json = bytes === null ? null : parseStrictJson(bytes);
  const read = json?.ok === true ? v.safeParse(Header, json.value, { abortEarly: true }) : null;
  const [place] = read?.issues?.[0].path ?? [];
  if (place !== undefined) return { lacks: `have ${FORMS[String(place.key)]}` };
  if (!read?.success) return { lacks: 'be a JSON object' };

  const { alg, kid, iat, jti, b64, crit } = read.output;
  const foreign = BRINGS_A_KEY.find((name) => name in read.output);
  if (foreign !== undefined) {
    return {
      refuses: 'key',
      hint: `The protected header has "${foreign}": leave it out, the source has its own keys.`,
    };
  }
  const problem = critProblem(read.output, crit);
  if (problem !== null) return { refuses: 'signature', hint: problem };
  return { header: { alg, kid, iat, jti, b64: b64 ?? true, crit: crit ?? [] } };
}

function critProblem(header: object, crit: string[] | undefined): string | null {
  // RFC 7797 §6: one who does not know b64 must not take the payload for encoded.
  if ('b64' in header && crit?.includes('b64') !== true) return 'A header with "b64" must list it in "crit".';
  if (crit === undefined) return null;
  const sound = crit.length > 0 && new Set(crit).size === crit.length;
  return sound && crit.every((name) => EXTENSIONS.includes(name) && name in header)
    ? null
    : `"crit" must list, once each, members of the header out of ${EXTENSIONS.join(', ')}, and nothing else.`;
}
