import * as v from 'valibot';
import { changeBasisPoints, GROUPINGS, MOST_DAYS, type Tally, USUAL_DAYS } from '../domain/analytics.ts';
import { isDay } from '../domain/calendar.ts';
import { CHANNELS, CLICK_KINDS } from '../domain/terms.ts';
import { analyzeClicks } from '../flows/analyze-clicks.ts';
import { answer } from '../http/answer.ts';
import { operation } from '../http/describe.ts';
import { Id, IntegerParameter } from '../http/schemas.ts';

const Day = v.pipe(
  v.string(),
  v.metadata({ format: 'date' }),
  v.check(isDay, 'Must be a day since 1970, such as 2026-11-21.'),
);

const Count = v.pipe(v.number(), v.integer());

const Change = v.pipe(v.nullable(Count), v.description('null: there was nothing before.'));

const Comparison = v.pipe(
  v.object({
    clicks: Count,
    visitors: Count,
    difference: v.pipe(
      v.object({ clicks: Count, visitors: Count }),
      v.description('How many more there are now; below 0: how many fewer.'),
    ),
    changeBasisPoints: v.pipe(
      v.object({ clicks: Change, visitors: Change }),
      v.description('The difference in hundredths of a percent of what there was before.'),
    ),
  }),
  v.title('ClickComparison'),
);

const tally = {
  clicks: Count,
  visitors: v.pipe(
    Count,
    v.description(
      'Clicks that were the first of their visitor on their link and day. Each link and day counts its own: who followed two links, or one link on two days, is two in a sum over them.',
    ),
  ),
  previous: v.optional(
    v.pipe(
      Comparison,
      v.description('The period before, where `compare` asks for it; of a day, as many days earlier.'),
    ),
  ),
};

const ClickTally = v.pipe(v.object(tally), v.title('ClickTally'));

const Group = v.pipe(
  v.object({
    key: v.pipe(
      v.nullable(v.string()),
      v.description(
        "The day, channel, country or kind, or the link's id; null: a channel or country that is not known.",
      ),
    ),
    ...tally,
  }),
  v.title('ClickGroup'),
);

const Days = { from: Day, to: Day };

function viewOf({ clicks, visitors, clicksBefore, visitorsBefore }: Tally, compares: boolean) {
  if (!compares) return { clicks, visitors };
  const previous = {
    clicks: clicksBefore,
    visitors: visitorsBefore,
    difference: { clicks: clicks - clicksBefore, visitors: visitors - visitorsBefore },
    changeBasisPoints: {
      clicks: changeBasisPoints(clicks, clicksBefore),
      visitors: changeBasisPoints(visitors, visitorsBefore),
    },
  };
  return { clicks, visitors, previous };
}

const clickAnalysis = operation(
  {
    method: 'get',
    path: '/v1/analytics/clicks',
    operationId: 'analyzeClicks',
    tag: 'clicks',
    summary: 'Analyze clicks',
    description:
      'How many clicks and visitors there were on some days, by day or by another key. Every click is counted a few seconds after it was made, on the day that it then was in the time zone of its program. Only counters are read: they stay when the clicks themselves are deleted.',
    auth: { scope: 'clicks:read' },
    query: {
      from: v.optional(
        v.pipe(
          Day,
          v.description(`The first day. Not given: ${USUAL_DAYS} days up to \`to\`. At most ${MOST_DAYS} days.`),
        ),
      ),
      to: v.optional(
        v.pipe(
          Day,
          v.description('The last day. Not given: today, in the time zone of the program or link asked for, else UTC.'),
        ),
      ),
      groupBy: v.optional(
        v.pipe(
          v.picklist(GROUPINGS),
          v.description('`day`: every day in its order, those without clicks too. The others: most clicks first.'),
        ),
        'day',
      ),
      limit: v.optional(
        v.pipe(
          IntegerParameter(1, 100),
          v.description('How many groups at most, but for days; 20 if not said. The others are added up in `other`.'),
        ),
        '20',
      ),
      compare: v.optional(
        v.pipe(
          v.literal('previous'),
          v.description('Tells beside each number that of as many days just before `from`.'),
        ),
      ),
      programId: v.optional(Id('prg')),
      linkId: v.optional(Id('lnk')),
      advocateId: v.optional(Id('adv')),
      channel: v.optional(v.picklist(CHANNELS)),
      country: v.optional(
        v.pipe(
          v.string(),
          v.regex(/^[A-Z]{2}$/, 'Must be two capital letters, such as FR.'),
          v.description('ISO 3166-1 alpha-2.'),
        ),
      ),
      kind: v.optional(
        v.pipe(
          v.picklist([...CLICK_KINDS, 'all']),
          v.description('human: somebody followed it; bot, preview, prefetch, head: a program did. `all` counts both.'),
        ),
        'human',
      ),
    },
    answers: {
      200: {
        description: 'The groups, and `other` for all beyond the limit, add up to the total.',
        schema: v.pipe(
          v.object({
            ...Days,
            timeZone: v.pipe(
              v.string(),
              v.description(
                'That of the program, or of the program of the link, that was asked for. Else UTC, while the clicks of each program are counted by its own days.',
              ),
            ),
            groupBy: v.picklist(GROUPINGS),
            previous: v.optional(
              v.pipe(v.object(Days), v.description('The period before, where `compare` asks for it.')),
            ),
            total: ClickTally,
            groups: v.array(Group),
            other: ClickTally,
          }),
          v.title('ClickAnalysis'),
        ),
        example: {
          from: '2026-11-20',
          to: '2026-11-21',
          timeZone: 'Europe/Berlin',
          groupBy: 'day',
          total: { clicks: 20, visitors: 17 },
          groups: [
            { key: '2026-11-20', clicks: 8, visitors: 7 },
            { key: '2026-11-21', clicks: 12, visitors: 10 },
          ],
          other: { clicks: 0, visitors: 0 },
        },
      },
    },
    refusals: ['program_not_found', 'link_not_found', 'advocate_not_found'],
  },
  async ({ context, principal: { storeId }, query: { kind, ...asked } }) => {
    const analysis = await analyzeClicks(context, storeId, { ...asked, kind: kind === 'all' ? undefined : kind });
    const { total, groups, other, previous, ...rest } = analysis;
    const view = (tally: Tally) => viewOf(tally, previous !== null);
    return answer(200, {
      ...rest,
      groupBy: asked.groupBy,
      ...(previous === null ? {} : { previous }),
      total: view(total),
      groups: groups.map(({ key, ...tally }) => ({ key, ...view(tally) })),
      other: view(other),
    });
  },
);

export const analytics = [clickAnalysis];
