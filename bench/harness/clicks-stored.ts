import type { Database } from '../../src/db/client.ts';
import { readClickToken } from '../../src/domain/click-token.ts';

/** All clicks there are: their rows, and what their counters add up to. */
export async function clicksStored({ client }: Database): Promise<{ rows: number; counted: number }> {
  const { rows } = await client.execute(
    'select (select count(*) from clicks) as n, (select sum(clicks) from click_counts) as c',
  );
  return { rows: Number(rows[0]?.['n']), counted: Number(rows[0]?.['c']) };
}

/** The token of the click that was answered so. */
export function tokenIn(answer: string): string {
  const token = /\r\nlocation: \S*[?&]gw=([\w-]+)/i.exec(answer)?.[1];
  if (token === undefined) throw new Error(`The link leads nowhere:\n${answer}`);
  return token;
}

/** How many of these clicks are not stored. */
export async function clicksMissing({ client }: Database, tokens: readonly string[]): Promise<number> {
  const ids = tokens.map((token) => readClickToken(token)?.clickId ?? token);
  const { rows } = await client.execute({
    sql: 'select count(*) as n from clicks where id in (select value from json_each(?))',
    args: [JSON.stringify(ids)],
  });
  return ids.length - Number(rows[0]?.['n']);
}
