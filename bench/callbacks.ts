import { randomUUID } from 'node:crypto';
import { apiAt } from '../dev/api.ts';
import { middleHalf } from './harness/compare.ts';
import { httpRequest, openConnection } from './harness/connection.ts';
import { atMost, type Figure, noted } from './harness/figures.ts';
import { inRawWorkerd } from './harness/raw-workerd.ts';
import { openReceiver, type Toll } from './harness/receiver.ts';
import type { Target } from './harness/runtime.ts';
import { makeSenders, type Sender } from './harness/senders.ts';
import { HOST, type Stage } from './harness/stage.ts';
import { MESSAGE_ID, withoutVerification } from './harness/unverified.ts';

const BODY_BYTES = 10_000;
const ALLOWED_MS = 1;
const CONNECTIONS = 8;
/** Of each scheme in each round. */
const MESSAGES = 20;
/** V8 compiles what runs often, and not at once. */
const WARM_UP = 2;
const ROUNDS = 7;

interface Sending {
  sender: Sender;
  /** A new message every time; what is forged has the signature of another body. */
  message(options?: { forged: boolean }): Promise<Buffer>;
  pairs: Pair[];
}

interface Pair {
  ours: Toll;
  theirs: Toll;
}

/** Events that are none of our business come by every scheme; the peer keeps them without looking at the signature. */
export async function callbacks(stage: Stage): Promise<Figure[]> {
  const verified = await stage.openGoodword(inRawWorkerd);
  const unverified = await stage.openGoodword(withoutVerification(inRawWorkerd));
  const sendings: Sending[] = [];
  for (const sender of makeSenders()) {
    const sending = await connect(sender, stage, verified);
    await requireAnswer(verified, await sending.message({ forged: true }), 401);
    await requireAnswer(unverified, await sending.message({ forged: true }), 200);
    sendings.push(sending);
  }

  const ours = await openReceiver(verified, CONNECTIONS);
  const theirs = await openReceiver(unverified, CONNECTIONS);
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    for (const { message, pairs } of sendings) {
      const made = () => Promise.all(Array.from({ length: MESSAGES }, () => message()));
      const [forOurs, forTheirs] = [await made(), await made()];
      const pair = { ours: await ours.take(forOurs), theirs: await theirs.take(forTheirs) };
      if (round >= 0) pairs.push(pair);
    }
  }
  await Promise.all([ours.close(), theirs.close()]);
  return figuresOf(sendings);
}

function figuresOf(sendings: Sending[]): Figure[] {
  const over = (pairs: Pair[], figure: (pair: Pair) => number) => middleHalf(pairs.map(figure));
  const rates = sendings.map(({ sender: { title }, pairs }) => {
    const ratio = over(pairs, ({ ours, theirs }) => ours.perSecond / theirs.perSecond);
    return noted(`callbacks/s by ${title}, of the same unverified`, ratio);
  });
  const costs = sendings.map(({ sender: { title }, pairs }) => {
    const ratio = over(pairs, ({ ours, theirs }) => ours.cpu / theirs.cpu);
    return noted(`CPU per callback by ${title}, over the same unverified`, ratio);
  });
  const additions = sendings
    .filter(({ sender }) => sender.isHmac)
    .map(({ sender: { title }, pairs }) => {
      const share = over(pairs, ({ ours, theirs }) => (ours.cpu - theirs.cpu) / ALLOWED_MS);
      return atMost(1, `CPU that verification by ${title} adds, of the 1 ms it may`, share);
    });
  return [...rates, ...costs, ...additions];
}

/** Makes a source for the sender. */
async function connect(sender: Sender, { store }: Stage, { port }: Target): Promise<Sending> {
  const api = apiAt(`http://127.0.0.1:${port}`);
  const source = await api.call<{ callbackUrl: string; secret: string | null }>('POST', '/v1/sources', {
    key: store.secretKey,
    status: 201,
    body: { name: sender.title, ...sender.source },
  });
  const { callbackUrl: url, secret } = source;

  async function message({ forged = false } = {}): Promise<Buffer> {
    const id = randomUUID();
    const body = bodyOf(sender.event(id));
    const signed = forged ? `${body} ` : body;
    const timestamp = Math.floor(Date.now() / 1000);
    const signature = await sender.sign({ secret: secret ?? '', url, id, timestamp, body: signed });
    const headers = { host: HOST, 'content-type': 'application/json', ...signature, [MESSAGE_ID]: id };
    return httpRequest('POST', new URL(url).pathname, headers, body);
  }

  return { sender, message, pairs: [] };
}

/** Many short fields, as stores send them. */
function bodyOf(event: object): string {
  const item = { sku: 'BEAN-250', quantity: 2, price: '12.50', title: 'A bag of beans, roasted this week' };
  const written = (note: string) => JSON.stringify({ ...event, items: Array(90).fill(item), note });
  return written('x'.repeat(BODY_BYTES - written('').length));
}

async function requireAnswer({ port }: Target, request: Buffer, status: number): Promise<void> {
  const connection = await openConnection(port);
  await connection.ask(request, status);
  connection.close();
}
