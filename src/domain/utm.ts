import * as v from 'valibot';

const PARAMETERS = ['source', 'medium', 'campaign', 'term', 'content'] as const;

/** Control characters, lone surrogates and what joins or breaks lines without being seen. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

const Value = v.exactOptional(
  v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1),
    v.maxLength(100),
    v.check((text) => !UNSEEN.test(text), 'Must have visible characters only.'),
  ),
);

export const Utm = v.pipe(
  v.strictObject({ source: Value, medium: Value, campaign: Value, term: Value, content: Value }),
  v.title('Utm'),
);

export type Utm = Readonly<Record<string, string>>;

/** The parameters of a link as a query writes them, its own before those of its program; '' for none. */
export function utmQuery(program: Utm | null, link: Utm | null): string {
  const all = { ...program, ...link };
  return PARAMETERS.flatMap((name) => {
    const value = all[name];
    return value === undefined ? [] : [`utm_${name}=${encodeURIComponent(value)}`];
  }).join('&');
}
