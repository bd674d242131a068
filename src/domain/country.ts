import * as v from 'valibot';

const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** ISO 3166-1 alpha-2. Intl also names what is only usual (UK) or was (SU), and spells it anew where it is asked to. */
export const Country = v.pipe(
  v.string(),
  v.metadata({ pattern: '^[A-Z]{2}$' }),
  v.check(
    (code) =>
      /^[A-Z]{2}$/.test(code) &&
      names.of(code) !== undefined &&
      Intl.getCanonicalLocales(`und-${code}`)[0]?.slice(4) === code,
    'Must be an ISO 3166-1 code of two capitals, such as DE.',
  ),
);
