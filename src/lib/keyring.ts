import { fromBase64, fromBase64Url, utf8 } from './encoding.ts';

export interface Master {
  version: number;
  /** 32 bytes. */
  key: Uint8Array;
}

export interface Keyring {
  /** The version that new values are sealed and new keys are derived under. */
  current: number;
  /** Encrypts for one place, e.g. `advocates/adv_…/email`; the value opens nowhere else. */
  seal(plain: string, row: string): Promise<string>;
  /** Throws when the value was changed, belongs to another row or was sealed under an unknown master. */
  open(sealed: string, row: string): Promise<string>;
  /** null when the text is no sealed value. */
  versionOf(sealed: string): number | null;
  /** The HMAC-SHA-256 key of a purpose, e.g. `clicks/sto_…`; null when there is no master of that version. */
  deriveKey(purpose: string, version?: number): Promise<CryptoKey | null>;
}

const MASTER = /^([1-9]\d{0,8}):(.*)$/;
const SEALED = /^([1-9]\d{0,8})\.([\w-]{16})\.([\w-]*)\.([\w-]{22})$/;
const SEALING = 'seal';
const DERIVED_KEYS_KEPT = 1000;

/** Reads `2:<base64 of 32 bytes>,1:<base64 of 32 bytes>`, the current one first; its errors repeat no key material. */
export function parseMasters(text: string): Master[] {
  if (text.trim() === '') throw new Error('must hold at least one key: `1:` and 32 random bytes in base64');
  const seen = new Set<number>();
  return text.split(',').map((entry, index) => {
    const [, digits, base64] = MASTER.exec(entry.trim()) ?? [];
    if (digits === undefined || base64 === undefined) {
      throw new Error(`must read \`version:key,version:key\` with whole versions from 1; entry ${index + 1} does not`);
    }
    const version = Number(digits);
    if (seen.has(version)) throw new Error(`must not hold version ${version} twice`);
    seen.add(version);
    const key = fromBase64(base64);
    if (key === null) throw new Error(`must hold keys in base64 with padding; that of version ${version} is not`);
    if (key.length !== 32) throw new Error(`must hold keys of 32 bytes; that of version ${version} has ${key.length}`);
    return { version, key };
  });
}

export function createKeyring(masters: Master[]): Keyring {
  const [first] = masters;
  if (first === undefined) throw new RangeError('A keyring needs at least one master key');
  const current = first;
  const masterOf = (version: number) => masters.find((master) => master.version === version);
  // Finished keys, not promises: a promise of one request must not keep another waiting in workerd.
  const sealingKeys = new Map<number, CryptoKey>();
  const derivedKeys = new Map<string, CryptoKey>();

  async function sealingKey(master: Master): Promise<CryptoKey> {
    const known = sealingKeys.get(master.version);
    if (known !== undefined) return known;
    const key = await expand(master, SEALING, { name: 'AES-GCM', length: 256 }, ['encrypt', 'decrypt']);
    sealingKeys.set(master.version, key);
    return key;
  }

  return {
    current: current.version,

    async seal(plain, row) {
      if (row === '') throw new RangeError('A sealed value needs the row it belongs to');
      const { encrypt } = await jwe();
      const { iv, ciphertext, tag } = await encrypt(plain, row, current.version, await sealingKey(current));
      return `${current.version}.${iv}.${ciphertext}.${tag}`;
    },

    async open(sealed, row) {
      const parts = parseSealed(sealed);
      if (parts === null) throw new Error('This is not a sealed value');
      const { version, ...encrypted } = parts;
      const master = masterOf(version);
      if (master === undefined) throw new Error(`The master key of version ${version} is missing`);
      const { decrypt } = await jwe();
      return decrypt(encrypted, row, version, await sealingKey(master));
    },

    versionOf: (sealed) => parseSealed(sealed)?.version ?? null,

    async deriveKey(purpose, version = current.version) {
      // The bits of the sealing key must serve no second algorithm.
      if (purpose === SEALING) throw new RangeError('This purpose is taken');
      const name = `${version}/${purpose}`;
      const known = derivedKeys.get(name);
      if (known !== undefined) return known;
      const master = masterOf(version);
      if (master === undefined) return null;
      const key = await expand(master, purpose, { name: 'HMAC', hash: 'SHA-256', length: 256 }, ['sign', 'verify']);
      const [oldest] = derivedKeys.keys();
      if (oldest !== undefined && derivedKeys.size >= DERIVED_KEYS_KEPT) derivedKeys.delete(oldest);
      derivedKeys.set(name, key);
      return key;
    },
  };
}

/** A module of its own: a redirect, which is what most isolates are started for, opens no seal. */
function jwe() {
  return import('./jwe.ts');
}

function parseSealed(sealed: string) {
  const [, digits, iv, ciphertext, tag] = SEALED.exec(sealed) ?? [];
  if (digits === undefined || iv === undefined || ciphertext === undefined || tag === undefined) return null;
  // Base64url has spare bits at the end: without this check two texts would open to one value.
  if ([ciphertext, tag].some((part) => fromBase64Url(part) === null)) return null;
  return { version: Number(digits), iv, ciphertext, tag };
}

/** HKDF-SHA-256 (RFC 5869) without salt: the masters are uniformly random. */
async function expand(
  master: Master,
  purpose: string,
  algorithm: { name: string; hash?: string; length: number },
  usages: ('encrypt' | 'decrypt' | 'sign' | 'verify')[],
): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey('raw', master.key, 'HKDF', false, ['deriveKey']);
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8(`goodword/${purpose}`) };
  return crypto.subtle.deriveKey(hkdf, base, algorithm, false, usages);
}
