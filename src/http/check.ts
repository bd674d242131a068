import * as v from 'valibot';
import { type InputError, Refusal } from '../lib/refusal.ts';

const MOST_ERRORS = 20;
const LONGEST_POINTER = 200;

export function checkBody<Schema extends v.GenericSchema>(schema: Schema, input: unknown): v.InferOutput<Schema> {
  // To valibot an array is an object too; every body of ours is an object.
  if (Array.isArray(input))
    throw new Refusal('body_invalid', { errors: [{ pointer: '', detail: 'Must be an object.' }] });
  const result = v.safeParse(schema, input, { message: sentence });
  if (result.success) return result.output;
  throw new Refusal('body_invalid', { errors: errorsOf(result.issues, '') });
}

/** A parameter that comes twice has two meanings, and one that is not known has none: both are refused. */
export function checkQuery<Entries extends v.ObjectEntries>(
  schema: v.StrictObjectSchema<Entries, undefined>,
  query: URLSearchParams,
): v.InferOutput<v.StrictObjectSchema<Entries, undefined>> {
  const repeated = [...new Set(query.keys())].filter((name) => query.getAll(name).length > 1);
  if (repeated.length > 0) {
    const errors = repeated.map((name) => ({ pointer: cut(`#query/${pointerToken(name)}`), detail: 'Give it once.' }));
    throw new Refusal('query_invalid', { errors: errors.slice(0, MOST_ERRORS) });
  }
  const result = v.safeParse(schema, Object.fromEntries(query), { message: sentence });
  if (result.success) return result.output;
  throw new Refusal('query_invalid', { errors: errorsOf(result.issues, '#query') });
}

function errorsOf(issues: v.BaseIssue<unknown>[], root: string): InputError[] {
  return issues.slice(0, MOST_ERRORS).map((issue) => {
    const keys = issue.path?.map((item) => `/${pointerToken(String(item.key))}`) ?? [];
    return { pointer: cut(root + keys.join('')), detail: issue.message };
  });
}

/** RFC 6901 §3. */
function pointerToken(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function cut(pointer: string): string {
  return pointer.slice(0, LONGEST_POINTER);
}

/** Valibot's own messages repeat the input; these never do. A schema's own message goes first. */
function sentence(issue: v.BaseIssue<unknown>): string {
  if (issue.type.endsWith('object') && issue.path?.at(-1)?.origin === 'key') {
    return issue.expected === 'never' ? 'This field is not known here; leave it out.' : 'This field is required.';
  }
  const many = Array.isArray(issue.input) ? 'items' : 'characters';
  switch (issue.type) {
    case 'min_length':
      return `Must have at least ${issue.requirement} ${many}.`;
    case 'max_length':
      return `Must have at most ${issue.requirement} ${many}.`;
    case 'non_empty':
      return 'Must not be empty.';
    case 'min_value':
      return `Must be at least ${issue.requirement}.`;
    case 'max_value':
      return `Must be at most ${issue.requirement}.`;
    case 'integer':
    case 'safe_integer':
      return 'Must be a whole number.';
    case 'picklist':
    case 'literal':
    case 'variant':
      return `Must be ${issue.expected?.replaceAll(/[()]/g, '').replaceAll(' | ', ' or ')}.`;
    case 'strict_object':
    case 'object':
    case 'record':
      return 'Must be an object.';
    default:
      return issue.kind === 'schema'
        ? `Must be of the type ${issue.expected?.toLowerCase()}.`
        : 'Does not have the right form.';
  }
}
