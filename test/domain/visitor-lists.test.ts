import { describe, expect, it } from 'vitest';
import { judgeVisitor } from '../../src/domain/visitor.ts';
import { crawlerAgents, mostUsedBrowsers, recordedBrowsers } from '../support/visitor-lists.ts';

const isHuman = (agent: string) => judgeVisitor('GET', '', agent).kind === 'human';

describe('the public lists', () => {
  it('have less than one crawler in a hundred that is taken for a person', () => {
    expect(crawlerAgents.length).toBeGreaterThan(2000);
    const missed = crawlerAgents.filter(isHuman);
    expect(missed.length / crawlerAgents.length, missed.join('\n')).toBeLessThan(0.01);
  });

  it.each([
    ['the most used browsers', mostUsedBrowsers, 100],
    ['browsers of recorded visitors', recordedBrowsers, 500],
  ])('have no browser that is taken for a bot: %s', (_, agents, atLeast) => {
    expect(agents.length).toBeGreaterThanOrEqual(atLeast);
    expect(agents.filter((agent) => !isHuman(agent))).toEqual([]);
  });
});
