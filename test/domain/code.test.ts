import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateCode, isCode, RESERVED_CODES, vanityCodeProblem } from '../../src/domain/code.ts';

const chance = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes);

describe('generated codes', () => {
  test('can be looked up, taken and read aloud', () => {
    for (let i = 0; i < 2000; i++) {
      const code = generateCode(chance);
      expect(code).toMatch(/^[^01ilo]{10}$/);
      expect(isCode(code)).toBe(true);
      expect(vanityCodeProblem(code)).toBeNull();
    }
  });

  test('do not repeat', () => {
    expect(new Set(Array.from({ length: 5000 }, () => generateCode(chance))).size).toBe(5000);
  });

  test('never spell an offence: such a draw is drawn again', () => {
    const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';
    const draws = ['22fuck2222', 'abcdefghjk'];
    const rigged = () => Uint8Array.from(draws.shift() ?? '', (character) => alphabet.indexOf(character));
    expect(generateCode(rigged)).toBe('abcdefghjk');
  });
});

describe('vanity codes', () => {
  test.each(['ada', 'ada-lovelace', 'a-1', '123', '007', 'x'.repeat(32), 'summer-2026', 'a1b2c3'])(
    '%s is fine',
    (code) => {
      expect(vanityCodeProblem(code)).toBeNull();
      expect(isCode(code)).toBe(true);
    },
  );

  test.each([
    ['Ada', /lower case/],
    ['ada_l', /hyphens/],
    ['adà', /a to z/],
    ['ada/b', /hyphens/],
    ['ada\n', /hyphens/],
    ['аda', /a to z/],
    ['', /3 to 32/],
    ['ab', /3 to 32/],
    ['x'.repeat(33), /3 to 32/],
    ['-ada', /Begin and end/],
    ['ada-', /Begin and end/],
    ['a--da', /in a row/],
    ['callbacks', /path of the service/],
    ['well-known', /path of the service/],
  ])('%j is refused with the way to mend it', (code, problem) => {
    expect(vanityCodeProblem(code)).toMatch(problem);
  });

  test.each([
    'fuck',
    'fuckyou',
    'f-u-c-k',
    'fu-ck',
    'f-u-c-k-you',
    'go-fuck-yourself',
    'shit',
    'sh1t',
    'sh-it',
    '5h1t',
    'bullshit',
    'cunt',
    'dumbcunt',
    'b1tch',
    '8itch',
    'n1gger',
    'n1663r',
    'wh0re',
    'a55',
    'big-ass',
    'a55h0le',
    '51ut',
    'rapist',
    'nazi',
    'dick',
    'd1ck',
    'pen15',
    'putain',
    'puta',
  ])('%s is refused as offensive', (code) => {
    expect(vanityCodeProblem(code)).toMatch(/offensive/);
  });

  test.each([
    'scunthorpe',
    'class',
    'classic-pass',
    'assassins-creed',
    'cocktail',
    'peacock',
    'dickens',
    'moby-dick',
    'dick-van-dyke',
    'analysis',
    'essex',
    'therapist',
    'grape',
    'shiitake',
    'yamashita',
    'harshit',
    'push-it',
    'fresh-items',
    'wash-it-off',
    'who-referred-you',
    'music-until-dawn',
    'rabbit-chase',
    'saltwater',
    'arsenal',
    'title',
    'penistone',
    'pen-island',
    'the-pen-is-mine',
    'magna-cum-laude',
    'maine-coon',
    'spic-and-span',
    'snigger',
    'swanker',
    'compute',
    'unique',
    'unit-455',
    '7175',
    'flick',
    'shop-ornaments',
    'mississippi',
    'hancock',
    'raccoon',
    'pakistan',
    'pussycat',
  ])('%s is no offence', (code) => {
    expect(vanityCodeProblem(code)).toBeNull();
  });

  test('what may be taken can be looked up', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.stringMatching(/^[a-z0-9-]{1,40}$/), fc.string(), fc.constantFrom(...RESERVED_CODES)),
        (text) => {
          if (vanityCodeProblem(text) === null) expect(isCode(text)).toBe(true);
        },
      ),
    );
  });
});

describe('what a redirect may look up', () => {
  test.each([
    '',
    'ab',
    'x'.repeat(33),
    'Ada',
    'a.b',
    'a b',
    'ada\n',
    '%61da',
    'ада',
    '..',
    'v1',
    'health',
    'openapi',
    'favicon.ico',
  ])('is not %j', (text) => {
    expect(isCode(text)).toBe(false);
  });
});
