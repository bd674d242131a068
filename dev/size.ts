import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { BUNDLE } from './bundle.ts';

const BUDGET_KIB = 100;

const [script, document] = [BUNDLE.script, BUNDLE.document].map((file) => gzipSync(readFileSync(file)).length / 1024);
const size = `The Worker's script is ${script?.toFixed(1)} KiB gzipped, of ${BUDGET_KIB} KiB allowed; the API description beside it is ${document?.toFixed(1)} KiB.`;
if (script === undefined || script > BUDGET_KIB) {
  console.error(`${size} It has outgrown its budget.`);
  process.exit(1);
}
console.log(size);
