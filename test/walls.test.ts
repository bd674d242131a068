import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lint } from './support/walls.ts';

/** What a ring may import of ours and of others, and words from the message that says what to do instead. */
const RINGS: Record<string, { may: string[]; says: string }> = {
  lib: { may: ['lib', 'jose', 'uuidv7'], says: 'belongs in domain/' },
  domain: { may: ['domain', 'lib', 'valibot', 'jose', 'isbot'], says: 'Take facts as parameters' },
  db: {
    may: ['db', 'db/schema.ts', 'domain', 'lib', 'drizzle-orm', 'drizzle-orm/sqlite-core', '@libsql/client/http'],
    says: 'Take values as parameters',
  },
  edge: { may: ['edge', 'domain', 'lib'], says: 'Take what a look-up or a flush needs' },
  flows: { may: ['domain', 'db', 'lib', 'context.ts', 'valibot'], says: 'Let the doors compose flows' },
  http: {
    may: ['http', 'lib', 'domain', 'db', 'context.ts', 'env.ts', 'hono', 'hono/jsx', 'valibot'],
    says: 'Let a route hand in what it calls',
  },
  site: { may: ['site', 'domain', 'lib', 'hono/jsx', 'uqr'], says: 'Let the route read the facts' },
  routes: {
    may: ['flows', 'db', 'domain', 'http', 'site', 'lib', 'context.ts', 'openapi.json', 'valibot'],
    says: 'SQL goes to db/',
  },
  widget: { may: ['widget'], says: 'write the few lines out here' },
};

const ROOTS = [
  ...['app.ts', 'context.ts', 'doors.ts', 'env.ts', 'isolate.ts', 'router.ts', 'worker.ts'],
  ...['openapi.json', 'db/schema.ts'],
];

const PACKAGES = [
  ...['valibot', 'jose', 'isbot', 'uuidv7', 'uqr', 'hono', 'hono/jsx', 'drizzle-orm', 'drizzle-orm/sqlite-core'],
  ...['@libsql/client/http', '@libsql/client', 'cloudflare:workers', 'node:fs', 'fs', 'vitest'],
];

/** One line of code, and words from what the linter says to it: the rule's name or its message. */
interface Case {
  place: string;
  file: string;
  code: string;
  fails: string | null;
}

let count = 0;

function lines(place: string, fails: string | null, codes: string[]): Case[] {
  const fileOf = () => (place.endsWith('.ts') ? place : `${place}/case-${count++}.ts`);
  return codes.map((code) => ({ place, file: fileOf(), code, fails }));
}

function imports(place: string, fails: string | null, specifiers: string[]): Case[] {
  return lines(
    place,
    fails,
    specifiers.map((specifier) => `import '${specifier}';`),
  );
}

function edgesOf(ring: string, may: string[], says: string): Case[] {
  const targets = [...Object.keys(RINGS), ...ROOTS, ...PACKAGES];
  const detours = ['./../app.ts', '../lib/../app.ts', '../../src/lib/it.ts', '../../dev/migrate.ts'];
  const specifiersOf = (chosen: string[]) => chosen.map((target) => specifierOf(ring, target));
  return [
    ...imports(`src/${ring}`, null, specifiersOf(targets.filter((target) => may.includes(target)))),
    ...imports(`src/${ring}`, says, specifiersOf(targets.filter((target) => !may.includes(target)))),
    ...imports(`src/${ring}`, says, detours),
  ];
}

function specifierOf(ring: string, target: string): string {
  if (PACKAGES.includes(target)) return target;
  const path = ROOTS.includes(target) ? target : `${target}/it.ts`;
  return path.startsWith(`${ring}/`) ? path.replace(ring, '.') : `../${path}`;
}

const walls: Case[] = [
  ...Object.entries(RINGS).flatMap(([ring, { may, says }]) => edgesOf(ring, may, says)),
  ...imports('src/domain/rewards', null, ['./it.ts', '../it.ts', '../sources/it.ts', '../../lib/it.ts', 'valibot']),
  ...imports('src/domain/rewards', 'Take facts as parameters', ['../../db/it.ts', '../../context.ts', 'hono']),
  ...imports('src/http/views', null, ['./it.ts', '../it.ts', '../../db/it.ts', '../../lib/it.ts', 'valibot']),
  ...imports('src/http/views', 'SQL goes to db/', ['../../db/schema.ts', '../../flows/it.ts', 'drizzle-orm']),
  ...imports('src/routes/operations.ts', null, ['./it.ts', '../http/it.ts']),
  ...imports('src/routes/operations.ts', 'lists what the routes describe', ['../flows/it.ts', '../db/it.ts', 'hono']),
  ...imports('src', null, ['./routes/it.ts', './flows/it.ts', './db/schema.ts', './edge/it.ts', 'hono']),
  ...imports('src', 'use Web APIs', ['node:fs', 'fs', '../dev/migrate.ts', './lib/../../dev/migrate.ts']),
  ...imports('src/another', 'needs its own wall', ['../lib/it.ts']),
  ...imports('src', 'noUndeclaredDependencies', ['vitest', 'lodash']),
  ...lines('src/flows', 'Let the doors compose flows', [
    "import type { It } from './it.ts';",
    "export { it } from './it.ts';",
    "export const it = import('./it.ts');",
  ]),
  ...lines('src/flows', 'where the walls are checked', ["export type It = import('./it.ts').It;"]),
];

const DAY = 'export const day = new Date(0);';
const FETCH = "export const answer = fetch('https://example.com');";
const RANDOM = 'export const id = crypto.randomUUID();';
const SAY = "console.log({ message: 'said' });";
const WAIT = 'export const timer = setTimeout(() => {}, 1);';
const TIMES = ['Date.now()', 'new Date()', 'Date()', 'performance.now()'].map((time) => `export const time = ${time};`);
const CHANCE = 'export const chance = Math.random();';
const HIDDEN = ['globalThis.fetch', 'self.fetch', 'process.env', 'Buffer', 'caches', 'setInterval'];

function everywhere(but: string[], fails: string, codes: string[]): Case[] {
  const rings = Object.keys(RINGS).filter((ring) => ring !== 'widget' && !but.includes(ring));
  return rings.flatMap((ring) => lines(`src/${ring}`, fails, codes));
}

const world: Case[] = [
  ...everywhere(['edge', 'http'], 'global variable Date', [DAY]),
  ...everywhere(['edge', 'http'], 'global variable setTimeout', [WAIT]),
  ...everywhere(['edge', 'http', 'lib'], 'global variable crypto', [RANDOM]),
  ...everywhere([], 'global variable fetch', [FETCH]),
  ...everywhere(
    [],
    'noRestrictedGlobals',
    HIDDEN.map((global) => `export const it = ${global};`),
  ),
  ...everywhere([], 'Take the time from the Context', TIMES),
  ...everywhere([], 'Take chance from the Context', [CHANCE]),
  ...lines('src/domain', 'global variable console', [SAY]),
  ...lines('src/lib', 'global variable console', [SAY]),
  ...lines('src', 'global variable fetch', [FETCH]),
  ...lines('src', 'Take the time from the Context', TIMES),
  ...lines('src/isolate.ts', null, ['export const time = Date.now();', FETCH, RANDOM]),
  ...lines('src/edge', null, [WAIT, SAY]),
  ...lines('src/http', null, [DAY, RANDOM]),
  ...lines('src/flows', null, [SAY]),
  ...lines('src/domain', null, ['export function answer(fetch: () => string): string { return fetch(); }']),
];

const house: Case[] = [
  ...lines('src/domain', 'No classes but errors', ['export class Store {}', 'export class Shop extends Map {}']),
  ...lines('src/domain', null, ['export class Lost extends Error {}', 'export class Odd extends TypeError {}']),
  ...lines('src/domain', 'Export a function declaration', [
    'export const double = (x: number) => x * 2;',
    'export const double = async (x: number): Promise<number> => x * 2;',
    'export const double = function (x: number) { return x * 2; };',
  ]),
  ...lines('src/domain', null, ['export function double(x: number): number { return x * 2; }']),
  ...lines('src/domain', 'noDefaultExport', ['export default function it() {}']),
  ...lines('src/worker.ts', null, ['export default {};']),
  ...lines('src/domain', 'noExplicitAny', ['export function it(x: any): number { return x; }']),
  ...lines('src/domain', 'noNonNullAssertion', ['export function it(x: number[]): number { return x[0]!; }']),
  ...lines('src/domain', 'noBarrelFile', ["export { it } from './it.ts';"]),
  ...lines('src/domain', 'noReExportAll', ["export * from './it.ts';"]),
  ...lines('src/domain', 'useImportExtensions', ["import './there';"]),
  ...lines('src/domain/there.ts', null, ['export const there = 1;']),
  ...lines('src/domain/notKebab.ts', 'useFilenamingConvention', ['export const it = 1;']),
  ...lines('src/domain/one.ts', 'noImportCycles', [
    "import { two } from './two.ts'; export const one = (): number => two();",
  ]),
  ...lines('src/domain/two.ts', 'noImportCycles', [
    "import { one } from './one.ts'; export const two = (): number => one();",
  ]),
  ...lines('src/domain', 'noFloatingPromises', ['async function it(): Promise<void> {} it();']),
  ...lines('src/domain', 'noMisusedPromises', [
    "async function it(): Promise<boolean> { return true; } if (it()) throw new Error('');",
  ]),
  ...lines('src/domain', 'useThrowOnlyError', ["export function it(): never { throw 'text'; }"]),
  ...lines('src/domain', 'useErrorCause', [
    "export function it(): void { try { it(); } catch (error) { throw new Error('lost'); } }",
  ]),
  ...lines('dev', 'useNodejsImportProtocol', ["import 'fs';"]),
  ...lines('test', 'No module mocks', ["import { vi } from 'vitest'; vi.mock('../src/app.ts');"]),
];

const findings = lint(filesOf([...walls, ...world, ...house]));

function filesOf(cases: Case[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const { file, code } of cases) files.set(file, `${files.get(file) ?? ''}${code}\n`);
  return files;
}

function saidTo({ file, code }: Case): string[] {
  return findings.filter((finding) => finding.file === file && finding.code === code).map(({ said }) => said);
}

describe.each([
  ['the walls between the rings', walls],
  ['what comes in only through the Context', world],
  ['how the house writes', house],
])('%s', (_name, cases) => {
  test.each(cases.filter(({ fails }) => fails !== null))('$place refuses $code', (line) => {
    expect(saidTo(line)).toContainEqual(expect.stringContaining(line.fails ?? ''));
  });

  test.each(cases.filter(({ fails }) => fails === null))('$place accepts $code', (line) => {
    expect(saidTo(line)).toEqual([]);
  });
});

test('every folder of src is a ring with walls', () => {
  const folders = readdirSync(join(import.meta.dirname, '../src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(Object.keys(RINGS)).toEqual(expect.arrayContaining(folders));
});
