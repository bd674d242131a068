import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { minify } from 'terser';
import { withoutDocs } from './without-docs.ts';

const ROOT = join(import.meta.dirname, '..');
const DIRECTORY = join(ROOT, 'dist');

/** What is uploaded: one script, and the API description as a text beside it that no start has to parse. */
export const BUNDLE = {
  directory: DIRECTORY,
  script: join(DIRECTORY, 'worker.js'),
  document: join(DIRECTORY, 'openapi.txt'),
};

/** The Worker as it is deployed, in `dist/`; wrangler calls this, and so does whatever runs the Worker here. */
export async function bundleWorker(): Promise<void> {
  mkdirSync(DIRECTORY, { recursive: true });
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'src/worker.ts')],
    write: false,
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['browser', 'module', 'main'],
    plugins: [documentBeside, docsLeftOut],
    logLevel: 'warning',
  });
  const { code = '' } = await minify(outputFiles[0]?.text ?? '', { module: true, ecma: 2020, compress: { passes: 2 } });
  writeFileSync(BUNDLE.script, code);
  copyFileSync(join(ROOT, 'src/openapi.json'), BUNDLE.document);
}

const documentBeside: Plugin = {
  name: 'document-beside',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/openapi\.json$/ }, () => ({ path: 'openapi.json', namespace: 'document' }));
    onResolve({ filter: /^\.\/openapi\.txt$/ }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: 'document' }, () => ({
      contents: `import text from './openapi.txt'; export default { toJSON: () => JSON.parse(text) };`,
    }));
  },
};

const docsLeftOut: Plugin = {
  name: 'docs-left-out',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/.*\.tsx?$/ }, ({ path }) => ({
      contents: withoutDocs(path, readFileSync(path, 'utf8')),
      loader: path.endsWith('x') ? 'tsx' : 'ts',
    }));
  },
};

if (import.meta.main) await bundleWorker();
