import { randomText } from '../lib/random-text.ts';

/** Without the characters that are taken for one another: 0 and o; 1, i and l. */
const GENERATED = '23456789abcdefghjkmnpqrstuvwxyz';

/** Every top-level path of ours, present or likely: a code must not hide one. */
export const RESERVED_CODES: ReadonlySet<string> = setOf(
  `v1 v2 callbacks health healthz ready version openapi problems docs llms robots favicon sitemap manifest api admin
   dashboard console app widget sdk assets static public well-known cdn-cgi www index home demo status metrics about
   help support contact legal terms privacy account login logout signin signup auth oauth settings`,
);

/** Offensive within a longer word too; Scunthorpe, sniggers and swankers are let through. */
const OFFENSIVE_STEMS =
  /fuck|(?<!s)nigg(?:er|a)|faggot|(?<!s)cunt(?!horpe)|bitch|cocksuck|(?<!s)wanker|blowjob|dildo|(?:bull|horse)shit/;
/** Offensive alone, in hyphens too, yet found in innocent words: class, Yamashita, therapist, saltwater, compute. */
const OFFENSIVE_WORDS = setOf(
  `fuck fucks fucked fucker fucking cunt cunts bitch bitches nigger niggers nigga niggas faggot faggots wanker wankers
   dildo blowjob bullshit ass asses asshole assholes arse arsehole arseholes shit shits shitty shithead shithole
   shitshow pussy pussies slut sluts slutty whore whores wank twat twats tits turd turds anal anus porn porno rape
   raped rapes rapist rapists nazi nazis hitler kkk kike kikes chink chinks gook gooks paki pakis fag fags retard
   retards tranny trannies pedo pedos paedo paedos putain pute putes salope salopes connard connards connasse encule
   encules merde negre negres puta putas puto putos mierda maricon cabron pendejo fotze schlampe scheisse arschloch
   wichser hurensohn`,
);
/** Offensive with nothing beside it: Moby-Dick, Van Dyke, Maine coon, cum laude and "the pen is mightier" are not. */
const OFFENSIVE_CODES = setOf('dick dicks cock cocks cum coon coons dyke dykes homo homos penis spic spics');

const LETTER_OF_DIGIT: Record<string, string> = { 0: 'o', 3: 'e', 4: 'a', 5: 's', 6: 'g', 7: 't', 8: 'b', 9: 'g' };

export function generateCode(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array): string {
  let code = randomText(GENERATED, 10, random);
  while (isOffensive(code)) code = randomText(GENERATED, 10, random);
  return code;
}

/** null when the code may be taken; otherwise a sentence that says how to mend it. */
export function vanityCodeProblem(code: string): string | null {
  if (!/^[a-z0-9-]*$/.test(code)) return 'Use only the letters a to z in lower case, digits and hyphens.';
  if (code.length < 3 || code.length > 32) return 'Use 3 to 32 characters.';
  if (code.startsWith('-') || code.endsWith('-')) return 'Begin and end with a letter or a digit, not with a hyphen.';
  if (code.includes('--')) return 'Put no more than one hyphen in a row.';
  if (RESERVED_CODES.has(code)) return 'Choose another code: this one is a path of the service itself.';
  if (isOffensive(code)) return 'Choose another code: this one can be read as an offensive word.';
  return null;
}

/** Whether a redirect may look the code up at all. */
export function isCode(text: string): boolean {
  return /^[a-z0-9-]{3,32}$/.test(text) && !RESERVED_CODES.has(text);
}

/**
 * Hyphens are dropped between whole parts only: `sh-it` is caught, but not `push-it`. Numbers stay numbers: `455` is
 * not `ass`, but `a55` is.
 */
function isOffensive(code: string): boolean {
  const parts = code.split('-');
  const runs = parts.flatMap((_, from) => parts.slice(from).map((_, i) => parts.slice(from, from + i + 1).join('')));
  return (
    parts.some((part) => readings(part).some((reading) => OFFENSIVE_STEMS.test(reading))) ||
    runs.some((run) => readings(run).some((reading) => OFFENSIVE_WORDS.has(reading))) ||
    readings(parts.join('')).some((reading) => OFFENSIVE_CODES.has(reading))
  );
}

/** What digits can stand for in place of letters; 1 for either of two. */
function readings(text: string): string[] {
  if (!/[a-z]/.test(text)) return [];
  const letters = text.replace(/[03-9]/g, (digit) => LETTER_OF_DIGIT[digit] ?? digit);
  return [letters.replaceAll('1', 'i'), letters.replaceAll('1', 'l')];
}

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/));
}
