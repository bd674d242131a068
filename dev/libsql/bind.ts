import { StatementError } from './errors.ts';
import type { SqlValue, Stmt } from './protocol.ts';
import type { SqlStatement } from './sql.ts';

/**
 * The values of a statement's parameters by position. Like Turso it refuses a missing and a superfluous argument, where
 * the engine would take NULL and look away: a mistake shows here and not in production.
 */
export function bind({ parameters, verb }: SqlStatement, { args, named_args: namedArgs }: Stmt): SqlValue[] {
  if (args.length > 0 && namedArgs.length > 0) {
    throw new StatementError('ARGS_BOTH_POSITIONAL_AND_NAMED', 'Arguments are either positional or named, not both.');
  }
  const named = new Map(namedArgs.map(({ name, value }) => [name, value]));
  const given = args.length + named.size;
  if (given > parameters.length) throw invalid(`too many parameters, expected ${parameters.length} found ${given}`);

  return parameters.map((name, at) => {
    const value = name === null || name.startsWith('?') ? args[at] : byName(named, name);
    if (value === undefined && verb !== 'EXPLAIN') throw invalid(`value for parameter ${name ?? at + 1} not found`);
    // The engine stores such a text whole and reads it back cut short.
    if (typeof value === 'string' && value.includes('\0')) throw invalid('a text holds a NUL character');
    return value ?? null;
  });
}

/** Clients may leave out the sign of `:name`, `@name` and `$name`. */
function byName(named: Map<string, SqlValue>, name: string): SqlValue | undefined {
  return named.has(name) ? named.get(name) : named.get(name.slice(1));
}

function invalid(problem: string): StatementError {
  return new StatementError('ARGS_INVALID', `Arguments do not match SQL parameters: ${problem}`);
}
