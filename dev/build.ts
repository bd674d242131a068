import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildWorker } from './worker.ts';

const BUDGET_KIB = 100;

await buildWorker();
const bundle = readFileSync(join(import.meta.dirname, '..', 'dist', 'worker.js'));
const kib = gzipSync(bundle).length / 1024;
const size = `dist/worker.js is ${kib.toFixed(1)} KiB gzipped; the budget is ${BUDGET_KIB} KiB.`;
if (kib > BUDGET_KIB) {
  console.error(`${size} Find what grew: npm exec -- wrangler deploy --dry-run --metafile`);
  process.exit(1);
}
console.log(size);
