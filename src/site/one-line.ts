/** Line breaks of every kind, other controls and what is no character at all. */
const BREAKS = /[\s\p{Cc}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]+/gu;
/** What turns the direction of the text after it, beyond its own end (UAX #9 §2.1 to §2.4); the plain marks may stay. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;

/** The text as one line that disturbs nothing around it, cut by code points so that no character is halved. */
export function oneLine(text: string, longest: number): string {
  const characters = [...text.toWellFormed().replace(TURNS, '').replace(BREAKS, ' ').trim()];
  if (characters.length <= longest) return characters.join('');
  return `${characters
    .slice(0, longest - 1)
    .join('')
    .trimEnd()}…`;
}
