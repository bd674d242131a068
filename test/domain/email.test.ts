import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalEmail } from '../../src/domain/email.ts';

describe('the normal form of an e-mail address', () => {
  test.each([
    [' Ada@Example.COM\n', 'ada@example.com'],
    ['ada.lovelace+shop@example.com', 'ada.lovelace+shop@example.com'],
    ['jose\u0301@example.com', 'jos\u00e9@example.com'],
    ['J\u030c@example.com', '\u01f0@example.com'],
    ['ÉLODIE@EXEMPLE.FR', 'élodie@exemple.fr'],
    ['ada@localhost', 'ada@localhost'],
    ['a.d.a+x@gmail.com', 'ada@gmail.com'],
    ['A.D.A@GoogleMail.com', 'ada@gmail.com'],
    ['ada+a+b@gmail.com', 'ada@gmail.com'],
    ['a.da+x@outlook.com', 'a.da@outlook.com'],
    ['ada+x@hotmail.fr', 'ada@hotmail.fr'],
    ['ada+x@live.co.uk', 'ada@live.co.uk'],
    ['ada+x@outlook.com.br', 'ada@outlook.com.br'],
    ['a.da+x@icloud.com', 'a.da@icloud.com'],
    ['ada+x@me.com', 'ada@me.com'],
    ['ada+x@mac.com', 'ada@mac.com'],
    ['ada+x@fastmail.com', 'ada@fastmail.com'],
    ['ada+x@proton.me', 'ada@proton.me'],
    ['ada+x@protonmail.com', 'ada@protonmail.com'],
    ['ada+x@pm.me', 'ada@pm.me'],
  ])('of %j is %s', (text, normal) => {
    expect(normalEmail(text)).toBe(normal);
  });

  test.each([
    ['a tag elsewhere', 'ada+x@yahoo.com', 'ada@yahoo.com'],
    ['dots elsewhere', 'a.da@outlook.com', 'ada@outlook.com'],
    ['Apple domains', 'ada@me.com', 'ada@icloud.com'],
    ['a subdomain', 'a.da@mail.gmail.com', 'ada@mail.gmail.com'],
    ['a domain that ends alike', 'a.da@notgmail.com', 'ada@notgmail.com'],
    ['a domain that begins alike', 'ada+x@live.example', 'ada@live.example'],
    ['a tag that is all', 'ada+x@outlook.example.com', 'ada@outlook.example.com'],
    ['a hyphen', 'ada-x@gmail.com', 'ada@gmail.com'],
  ])('keeps apart two people: %s', (_, one, other) => {
    expect(normalEmail(one)).not.toBe(normalEmail(other));
  });

  test.each([
    '',
    ' ',
    '@',
    'ada',
    'ada@',
    '@example.com',
    'ada@@example.com',
    'ada@b@example.com',
    'ada lovelace@example.com',
    'ada@exam\tple.com',
    'ada\u00a0@example.com',
    'ada\u0000@example.com',
    'ada\u0085@example.com',
    'ada\u200b@example.com',
    'ada\u202e@example.com',
    'ada\ud800@example.com',
    'ada@example.com\r\nBcc: eve@example.com',
    '+tag@gmail.com',
    '...@gmail.com',
    '+@proton.me',
    `${'a'.repeat(243)}@example.com`,
  ])('%j is no address', (text) => {
    expect(normalEmail(text)).toBeNull();
  });

  test('an address may have 254 characters', () => {
    expect(normalEmail(`${'a'.repeat(242)}@example.com`)).toHaveLength(254);
  });

  test('is its own normal form', () => {
    const anyLocal = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.string({ unit: fc.constantFrom(...'Aaİ\u0307eE\u0301ΣςßſKÅ.+-'), minLength: 1, maxLength: 20 }),
    );
    const anyDomain = fc.oneof(
      fc.domain(),
      fc.constantFrom('GMAIL.com', 'googlemail.com', 'Hotmail.fr', 'live.com', 'me.com', 'FASTMAIL.fm', 'pm.me'),
      fc.string({ unit: 'binary', minLength: 1 }),
    );
    fc.assert(
      fc.property(anyLocal, anyDomain, (local, domain) => {
        const normal = normalEmail(`${local}@${domain}`);
        if (normal !== null) expect(normalEmail(normal)).toBe(normal);
      }),
      { numRuns: 500 },
    );
  });

  test('does not depend on case, outer blanks or composition', () => {
    fc.assert(
      fc.property(fc.emailAddress(), fc.constantFrom('é', 'Å', 'ö'), (address, accented) => {
        const normal = normalEmail(accented + address);
        expect(normal).not.toBeNull();
        expect(normalEmail(`\t${(accented + address).toUpperCase()} `)).toBe(normal);
        expect(normalEmail((accented + address).normalize('NFD'))).toBe(normal);
      }),
    );
  });
});

test('is its own normal form where a dot had kept a letter from its mark', () => {
  const normal = normalEmail('A.\u0307A@GMAIL.com');
  expect(normal).toBe('\u0227a@gmail.com');
  expect(normalEmail(normal ?? '')).toBe(normal);
});
