import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Country } from '../../src/domain/country.ts';

describe('Country', () => {
  it.each(['DE', 'US', 'GB', 'TW', 'ZA', 'SS', 'CW'])('is %s', (code) => {
    expect(v.is(Country, code)).toBe(true);
  });

  it.each(['UK', 'SU', 'YU', 'QQ', 'XX', 'T1', 'de', 'DEU', 'D', '', 'D\n', '276', '001', 'DE-BY'])(
    'is not %j',
    (code) => {
      expect(v.is(Country, code)).toBe(false);
    },
  );
});
