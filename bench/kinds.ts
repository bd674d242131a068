import { judgeVisitor } from '../src/domain/visitor.ts';
import { crawlerAgents, mostUsedBrowsers, recordedBrowsers } from '../test/support/visitor-lists.ts';
import { exactly, type Figure } from './harness/figures.ts';

const isHuman = (agent: string) => judgeVisitor('GET', '', agent).kind === 'human';

/** Whom the redirect takes for a person, over the public lists of what crawlers and browsers call themselves. */
export async function kinds(): Promise<Figure[]> {
  const browsers = [...new Set([...mostUsedBrowsers, ...recordedBrowsers])];
  const missed = crawlerAgents.filter(isHuman).length;
  const percent = (100 * missed) / crawlerAgents.length;
  return [
    {
      figure: `crawlers taken for people, of ${crawlerAgents.length.toLocaleString('en')} of a public list`,
      measured: `${percent.toFixed(2)} %`,
      goal: '< 1 %',
      met: percent < 1,
    },
    exactly(
      0,
      `browsers taken for bots, of ${browsers.length.toLocaleString('en')} of public lists`,
      browsers.filter((agent) => !isHuman(agent)).length,
    ),
  ];
}
