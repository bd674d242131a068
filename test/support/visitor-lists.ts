import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import crawlers from 'crawler-user-agents';
import topAgents from 'top-user-agents';

/** Public lists of user agents, each without repetitions. */
export const crawlerAgents: readonly string[] = [...new Set(crawlers.flatMap(({ instances }) => instances))];
export const mostUsedBrowsers: readonly string[] = [...new Set(topAgents)];
export const recordedBrowsers: readonly string[] = readRecorded();

/** The package draws agents at random; all of them stand in the file beside its code. */
function readRecorded(): string[] {
  const require = createRequire(import.meta.url);
  const code = require.resolve('user-agents');
  const recorded: { userAgent: string }[] = JSON.parse(readFileSync(join(dirname(code), 'user-agents.json'), 'utf8'));
  return [...new Set(recorded.map(({ userAgent }) => userAgent))];
}
