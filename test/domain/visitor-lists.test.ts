import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import crawlers from 'crawler-user-agents';
import topAgents from 'top-user-agents';
import { describe, expect, it } from 'vitest';
import { judgeVisitor } from '../../src/domain/visitor.ts';

const isHuman = (agent: string) => judgeVisitor('GET', '', agent).kind === 'human';

describe('the public lists', () => {
  it('have less than one crawler in a hundred that is taken for a person', () => {
    const agents = [...new Set(crawlers.flatMap(({ instances }) => instances))];
    expect(agents.length).toBeGreaterThan(2000);
    const missed = agents.filter(isHuman);
    expect(missed.length / agents.length, missed.join('\n')).toBeLessThan(0.01);
  });

  it.each([
    ['the most used browsers', topAgents, 100],
    ['browsers of recorded visitors', recordedAgents(), 500],
  ])('have no browser that is taken for a bot: %s', (_, agents, atLeast) => {
    expect(agents.length).toBeGreaterThanOrEqual(atLeast);
    expect(agents.filter((agent) => !isHuman(agent))).toEqual([]);
  });
});

/** The package draws agents at random; all of them stand in the file beside its code. */
function recordedAgents(): string[] {
  const require = createRequire(import.meta.url);
  const code = require.resolve('user-agents');
  const recorded: { userAgent: string }[] = JSON.parse(readFileSync(join(dirname(code), 'user-agents.json'), 'utf8'));
  return [...new Set(recorded.map(({ userAgent }) => userAgent))];
}
