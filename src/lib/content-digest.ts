import { isInnerList, parseDictionary } from './structured-fields.ts';

/** RFC 9530 §5: the algorithms that still prove anything. */
const HASHES = new Map([
  ['sha-256', { name: 'SHA-256', bytes: 32 }],
  ['sha-512', { name: 'SHA-512', bytes: 64 }],
]);

/** Digests by their algorithm in WebCrypto. */
export type ContentDigest = Map<string, Uint8Array>;

/** null unless the field has a well-formed digest by SHA-256 or SHA-512; digests by other algorithms prove nothing and are passed over. */
export function parseContentDigest(field: string): ContentDigest | null {
  const digests: ContentDigest = new Map();
  for (const [name, member] of parseDictionary(field) ?? []) {
    const hash = HASHES.get(name);
    if (hash === undefined) continue;
    if (isInnerList(member) || !(member.value instanceof Uint8Array) || member.value.length !== hash.bytes) return null;
    digests.set(hash.name, member.value);
  }
  return digests.size === 0 ? null : digests;
}

/** Whether each of the digests is that of the content. */
export async function contentDigestMatches(digests: ContentDigest, content: Uint8Array): Promise<boolean> {
  for (const [hash, expected] of digests) {
    const actual = new Uint8Array(await crypto.subtle.digest(hash, content));
    if (actual.some((byte, i) => byte !== expected[i])) return false;
  }
  return true;
}
