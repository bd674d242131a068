import { describe, expect, it } from 'vitest';
import { readClickToken, signClickToken, verifyClickToken } from '../../src/domain/click-token.ts';
import { createNewId } from '../../src/lib/ids.ts';
import { createKeyring, type Master } from '../../src/lib/keyring.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0, 123);
const STORE = 'sto_01k00000000000000000000000';
const first: Master = { version: 1, key: new Uint8Array(32).fill(1) };
const second: Master = { version: 20261121, key: new Uint8Array(32).fill(2) };
const keyring = createKeyring([first]);
const newId = createNewId(() => NOW);

async function signedClick(keys = keyring) {
  const click = { clickId: newId('clk'), linkId: newId('lnk') };
  return { ...click, token: await signClickToken(click, STORE, keys) };
}

describe('click tokens', () => {
  it('names the click, the link and the time to the store that it was signed for', async () => {
    const { token, clickId, linkId } = await signedClick();
    await expect(verifyClickToken(token, STORE, keyring)).resolves.toEqual({ clickId, linkId, at: NOW });
    expect(readClickToken(token)).toEqual({ clickId, linkId, at: NOW, keyVersion: 1 });
  });

  it('stands in a URL as it is', async () => {
    const { token } = await signedClick();
    expect(encodeURIComponent(token)).toBe(token);
  });

  it('means nothing to another store', async () => {
    const { token } = await signedClick();
    await expect(verifyClickToken(token, 'sto_01k00000000000000000000001', keyring)).resolves.toBeNull();
  });

  it('holds after the master key was rotated, and no longer once the old one is gone', async () => {
    const { token, clickId } = await signedClick();
    await expect(verifyClickToken(token, STORE, createKeyring([second, first]))).resolves.toMatchObject({ clickId });
    await expect(verifyClickToken(token, STORE, createKeyring([second]))).resolves.toBeNull();
  });

  it('is signed under any version number that a keyring may have', async () => {
    const rotated = createKeyring([second, first]);
    const { token, clickId } = await signedClick(rotated);
    expect(readClickToken(token)).toMatchObject({ keyVersion: 20261121 });
    await expect(verifyClickToken(token, STORE, rotated)).resolves.toMatchObject({ clickId });
  });

  it('breaks with the change of any character', async () => {
    const { token } = await signedClick();
    for (let i = 0; i < token.length; i += 1) {
      const changed = `${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`;
      await expect(verifyClickToken(changed, STORE, keyring), `character ${i}`).resolves.toBeNull();
    }
  });

  it.each(['', 'x', 'A'.repeat(70), 'A'.repeat(69), 'A'.repeat(71), '='.repeat(70), ' '.repeat(70), 'é'.repeat(70)])(
    'is never found in %j',
    async (text) => {
      await expect(verifyClickToken(text, STORE, keyring)).resolves.toBeNull();
    },
  );

  it('is refused with padding, blanks or the other base64 alphabet around the same bytes', async () => {
    const { token } = await signedClick();
    for (const text of [`${token}==`, ` ${token}`, `${token}\n`, `${token.slice(0, 69)}=`]) {
      await expect(verifyClickToken(text, STORE, keyring)).resolves.toBeNull();
    }
  });
});
