import * as v from 'valibot';
import { pipelineFigures } from '../db/click-audits.ts';
import { judgePipeline, PIPELINE_STATES } from '../domain/click-audit.ts';
import { answer } from '../http/answer.ts';
import { operation } from '../http/describe.ts';
import { Time, time } from '../http/schemas.ts';

const HOUR = 3_600_000;
const HOURS = 48;

const Count = v.pipe(v.number(), v.integer());
const Seconds = v.nullable(Count);

const Hour = v.object({
  hour: v.pipe(Time, v.description('When it began.')),
  answered: v.pipe(Count, v.description('Redirects that isolates say they answered, counted apart from the queue.')),
  stored: v.pipe(Count, v.description('Clicks of this hour that are in the database.')),
  difference: v.pipe(
    Count,
    v.description(
      'answered less stored. Above 0: clicks on their way, dead or lost. Below 0 is no alarm: an isolate that ends takes its last minute of counting with it.',
    ),
  ),
});

const ClickHealth = v.pipe(
  v.object({
    status: v.pipe(
      v.picklist(PIPELINE_STATES),
      v.description(
        'lossy: an hour that ended more than 16 hours ago, which no retry outlasts, lacks clicks, and no dead delivery is open that could hold them. behind: an hour that ended more than 10 minutes ago lacks clicks, a dead delivery is open (npm run clicks:replay), or a link changed more than 5 minutes ago and the edge does not show it. Else ok.',
      ),
    ),
    hours: v.pipe(v.array(Hour), v.description('The last 48 hours as far as there were clicks, the oldest first.')),
    openDeadDeliveries: v.pipe(Count, v.description('Deliveries that the queue gave up on and that nobody replayed.')),
    oldestUnpublishedLinkSeconds: v.pipe(
      Seconds,
      v.description('Since the oldest change of a link that the edge does not show yet; null: it shows all.'),
    ),
    newestClickSeconds: v.pipe(Seconds, v.description('Since the newest click that is stored; null: there is none.')),
  }),
  v.title('ClickHealth'),
);

const getClickHealth = operation(
  {
    method: 'get',
    path: '/v1/health/clicks',
    operationId: 'getClickHealth',
    tag: 'system',
    summary: 'Is every click stored?',
    description: 'Holds what the edge answered against what was stored, hour by hour, over all stores.',
    auth: 'deployment',
    answers: {
      200: {
        description: 'How the pipeline of clicks is.',
        schema: ClickHealth,
        example: {
          status: 'ok',
          hours: [{ hour: '2026-11-21T20:00:00.000Z', answered: 1200, stored: 1200, difference: 0 }],
          openDeadDeliveries: 0,
          oldestUnpublishedLinkSeconds: null,
          newestClickSeconds: 3,
        },
      },
    },
  },
  async ({ context }) => {
    const now = context.now();
    const { newestClick, oldestLinkPut, ...figures } = await pipelineFigures(
      context.db,
      now - (now % HOUR) - HOURS * HOUR,
    );
    return answer(200, {
      status: judgePipeline({ ...figures, oldestLinkPut }, now),
      hours: figures.hours.map(({ hour, answered, stored }) => ({
        hour: time(hour),
        answered,
        stored,
        difference: answered - stored,
      })),
      openDeadDeliveries: figures.openDeadDeliveries,
      oldestUnpublishedLinkSeconds: secondsSince(oldestLinkPut, now),
      newestClickSeconds: secondsSince(newestClick, now),
    });
  },
);

function secondsSince(at: number | null, now: number): number | null {
  return at === null ? null : Math.max(0, Math.floor((now - at) / 1000));
}

export const health = [getClickHealth];
