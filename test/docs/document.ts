import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json, TestApp } from '../support/app.ts';

/** What stands in a guide between fences of a language. */
export async function blocksOf(guide: string, language: string): Promise<string[]> {
  const text = await readFile(join(import.meta.dirname, '../../docs', `${guide}.md`), 'utf8');
  const fenced = text.matchAll(/^```(\w+)\n(.*?)^```$/gms);
  return [...fenced].flatMap(([, of, block = '']) => (of === language ? [block] : []));
}

/** Does what a curl command of a guide says, with the key of the ready-made store; answers the body of a 201. */
export async function created(app: TestApp, command: string): Promise<Json> {
  const [, path = '', body = ''] = /"\$GOODWORD([^"]*)".* -d '(.*)'/s.exec(command) ?? [];
  const answer = await app.request('POST', path, { body: JSON.parse(body) });
  if (answer.status !== 201) throw new Error(`${command}: ${answer.status} ${answer.text}`);
  return answer.body;
}
