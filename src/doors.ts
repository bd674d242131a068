import { createApp, type Fetch } from './app.ts';
import type { Context, Isolate } from './context.ts';
import type { Bindings } from './env.ts';
import { forgetCallbacks } from './flows/forget-callbacks.ts';
import { forgetClicks } from './flows/forget-clicks.ts';
import { forgetReplays } from './flows/forget-replays.ts';
import { keepDeadDeliveries } from './flows/keep-dead-deliveries.ts';
import { publishLinks } from './flows/publish-links.ts';
import { recordClicks } from './flows/record-clicks.ts';
import { releaseRewards } from './flows/release-rewards.ts';
import { renewSalts } from './flows/renew-salts.ts';
import { logFailure } from './http/log-error.ts';
import { openContextIn } from './isolate.ts';

/** Each takes the messages of one delivery, and fails for all of them or gives back those that failed. */
const QUEUES: Record<string, (context: Context, messages: readonly Message[]) => Promise<void>> = {
  'goodword-clicks': (context, messages) =>
    recordClicks(
      context,
      messages.map(({ body }) => body),
    ),
  'goodword-clicks-dead': keepDeadDeliveries,
  'goodword-callbacks': oneByOne(carryOutQueued),
  'goodword-callbacks-dead': oneByOne(carryOutDead),
};

const CRONS: Record<string, ((context: Context) => Promise<void>)[]> = {
  '* * * * *': [publishLinks, renewSalts, releaseRewards, forgetReplays, forgetClicks, forgetCallbacks],
};

const LONGEST_DELAY_SECONDS = 600;
/** The attempts that are left, a hundred in all, are to reach over two days. */
const PATIENT_FROM = 60;
const PATIENT_DELAY_SECONDS = 3600;

export interface Doors {
  fetch: Fetch;
  queue(batch: MessageBatch, env: Bindings, execution: ExecutionContext): Promise<void>;
  scheduled(controller: ScheduledController, env: Bindings, execution: ExecutionContext): Promise<void>;
}

export function createDoors(isolate: Isolate): Doors {
  return {
    fetch: createApp(isolate),

    async queue(batch, env, execution) {
      const flow = QUEUES[batch.queue];
      if (flow === undefined) throw new Error(`No flow reads the queue ${batch.queue}`);
      try {
        await flow(openContextIn(isolate, env, execution), batch.messages);
      } catch (error) {
        logFailure('delivery failed', error, { queue: batch.queue });
        for (const message of batch.messages) giveBack(message);
      }
    },

    async scheduled({ cron }, env, execution) {
      const context = openContextIn(isolate, env, execution);
      const flows = CRONS[cron];
      if (flows === undefined) throw new Error(`No flow runs at ${cron}`);
      // One after the other, so that the failure of one stops none and the database sees one writer.
      const errors: unknown[] = [];
      for (const flow of flows) {
        await flow(context).catch((error: unknown) => {
          logFailure('cron failed', error, { flow: flow.name });
          errors.push(error);
        });
      }
      if (errors.length > 0) throw new Error(`${errors.length} of the flows at ${cron} failed`);
    },
  };
}

/** A module of its own, with all that reads callbacks: most isolates are started for a redirect. */
async function carryOutQueued(context: Context, body: unknown): Promise<void> {
  const inbox = await import('./inbox.ts');
  return inbox.carryOutQueued(context, body);
}

async function carryOutDead(context: Context, body: unknown): Promise<void> {
  const inbox = await import('./inbox.ts');
  return inbox.carryOutDead(context, body);
}

function oneByOne(flow: (context: Context, body: unknown) => Promise<void>) {
  return async (context: Context, messages: readonly Message[]): Promise<void> => {
    for (const message of messages) {
      await flow(context, message.body).catch((error: unknown) => {
        logFailure('message failed', error, { message: message.id, attempts: String(message.attempts) });
        giveBack(message);
      });
    }
  };
}

function giveBack(message: Message): void {
  const longest = message.attempts < PATIENT_FROM ? LONGEST_DELAY_SECONDS : PATIENT_DELAY_SECONDS;
  message.retry({ delaySeconds: Math.min(2 ** message.attempts, longest) });
}
