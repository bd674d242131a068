import { join } from 'node:path';
import { callbackOutage } from './callback-outage.ts';
import { callbacks } from './callbacks.ts';
import { coldHits } from './cold-hits.ts';
import { conversion } from './conversion.ts';
import { durability } from './durability.ts';
import { type Figure, tableOf, writeInto } from './harness/figures.ts';
import { openStage, type Stage } from './harness/stage.ts';
import { kinds } from './kinds.ts';
import { outages } from './outages.ts';
import { redirect } from './redirect.ts';
import { statistics } from './statistics.ts';
import { trips } from './trips.ts';
import { visible } from './visible.ts';

const SCENARIOS: Record<string, (stage: Stage) => Promise<Figure[]>> = {
  redirect,
  conversion,
  callbacks,
  'callback-outage': callbackOutage,
  trips,
  'cold-hits': coldHits,
  durability,
  outages,
  kinds,
  visible,
  statistics,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(SCENARIOS, name));
if (unknown.length > 0) {
  console.error(
    `There is no ${unknown.join(', ')}. Name any of: ${Object.keys(SCENARIOS).join(', ')}; or none, for all.`,
  );
  process.exit(1);
}

try {
  console.log('Building the Worker and setting up a store …');
  const stage = await openStage();
  const figures: Figure[] = [];
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`Measuring ${name} …`);
    figures.push(...(await scenario(stage)));
  }
  const table = tableOf(figures);
  console.log(`\n${table}\n`);
  if (wanted.length === 0) writeInto(join(import.meta.dirname, 'README.md'), table);
  process.exit(figures.some(({ met }) => met === false) ? 1 : 0);
} catch (error) {
  console.error(error);
  process.exit(1);
}
