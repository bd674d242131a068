import { memo } from './memo.ts';

/** One statement of an SQL text, and what has to be known of it before the engine runs it. */
export interface SqlStatement {
  sql: string;
  /** Its leading keyword in upper case; after WITH the one that says what the statement does. */
  verb: string;
  /** Names by position, numbered as SQLite does; null for a bare `?` and for a position the text never mentions. */
  parameters: readonly (string | null)[];
}

/** The verbs of statements that insert, change or delete rows. */
export const CHANGES_ROWS: ReadonlySet<string> = new Set(['INSERT', 'REPLACE', 'UPDATE', 'DELETE']);

// SQLite's own tokens (sqlite.org/lang_expr.html, tokenize.c), as far as they decide where a statement ends and what a
// parameter is. A doubled quote reads as two adjacent strings, which comes to the same.
const TOKEN = new RegExp(
  [
    String.raw`--[^\n]*`,
    String.raw`/\*[\s\S]*?(?:\*/|$)`,
    String.raw`'[^']*'?|"[^"]*"?|${'`'}[^${'`'}]*${'`'}?|\[[^\]]*\]?`,
    String.raw`\?\d*`,
    String.raw`[:@$](?:[\w$\u0080-\uffff]|::)+(?:\([^)\s]*\))?`,
    String.raw`[\w\u0080-\uffff][\w$\u0080-\uffff]*`,
    String.raw`\S`,
  ].join('|'),
  'g',
);

const TRIGGER = /^(?:EXPLAIN (?:QUERY PLAN )?)?CREATE (?:TEMP(?:ORARY)? )?TRIGGER\b/;
const AFTER_WITH = new Set(['SELECT', 'VALUES', ...CHANGES_ROWS]);
const MAX_PARAMETER = 32_766;

interface Draft {
  start: number;
  /** The first tokens in upper case: enough to tell a trigger, `EXPLAIN QUERY PLAN CREATE TEMP TRIGGER`. */
  opening: string[];
  lastTwo: [string, string];
  verb: string;
  depth: number;
  parameters: (string | null)[];
}

const splitOnce = memo(split);

/** Splits an SQL text into its statements; comments and stray semicolons make none. */
export function splitSql(text: string): readonly SqlStatement[] {
  return splitOnce(text);
}

function split(text: string): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let draft = newDraft(0);
  const finish = (end: number) => {
    if (draft.opening.length > 0) {
      statements.push({ sql: text.slice(draft.start, end), verb: draft.verb, parameters: draft.parameters });
    }
    draft = newDraft(end);
  };
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token.startsWith('--') || token.startsWith('/*')) continue;
    if (token === ';' && !isInsideTrigger(draft)) finish(index + 1);
    else add(draft, token);
  }
  finish(text.length);
  return statements;
}

function newDraft(start: number): Draft {
  return { start, opening: [], lastTwo: ['', ''], verb: '', depth: 0, parameters: [] };
}

/** The statements of a trigger end in semicolons too; the trigger itself ends with `; END ;`. */
function isInsideTrigger({ opening, lastTwo }: Draft): boolean {
  return TRIGGER.test(opening.join(' ')) && !(lastTwo[0] === ';' && lastTwo[1] === 'END');
}

function add(draft: Draft, token: string): void {
  const word = token.length <= 16 ? token.toUpperCase() : '';
  if (draft.opening.length === 0) draft.verb = word;
  else if (draft.verb === 'WITH' && draft.depth === 0 && AFTER_WITH.has(word)) draft.verb = word;
  if (draft.opening.length < 6) draft.opening.push(word);
  draft.lastTwo = [draft.lastTwo[1], word];
  if (token === '(') draft.depth++;
  else if (token === ')') draft.depth--;
  else if (/^[?:@$]./.test(token) || token === '?') addParameter(draft.parameters, token);
}

function addParameter(parameters: (string | null)[], token: string): void {
  if (token === '?') {
    parameters.push(null);
  } else if (token.startsWith('?')) {
    const number = Number(token.slice(1));
    // The engine refuses any other number when it prepares the statement.
    if (number < 1 || number > MAX_PARAMETER) return;
    while (parameters.length < number) parameters.push(null);
    parameters[number - 1] ??= token;
  } else if (!parameters.includes(token)) {
    parameters.push(token);
  }
}
