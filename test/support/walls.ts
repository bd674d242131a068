import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const BIOME = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');

export interface Finding {
  file: string;
  /** The line of code it begins in. */
  code: string | undefined;
  /** The rule and its message. */
  said: string;
}

interface Report {
  diagnostics: { category: string; message: string; location: { path: string; start?: { line: number } } }[];
}

/** Lints files that exist only for this, under the project's own configuration and in one run. */
export function lint(files: ReadonlyMap<string, string>): Finding[] {
  const directory = mkdtempSync(join(tmpdir(), 'goodword-walls-'));
  try {
    for (const part of ['biome.json', '.gitignore', 'package.json', 'dev/lint']) {
      cpSync(join(ROOT, part), join(directory, part), { recursive: true });
    }
    for (const [file, text] of files) {
      mkdirSync(dirname(join(directory, file)), { recursive: true });
      writeFileSync(join(directory, file), text);
    }
    return reportOn(directory).diagnostics.map(({ category, message, location }) => ({
      file: location.path,
      code: files.get(location.path)?.split('\n')[(location.start?.line || 1) - 1],
      said: `${category}: ${message}`,
    }));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function reportOn(directory: string): Report {
  const args = [BIOME, 'lint', '--reporter=json', '--max-diagnostics=none'];
  const run = spawnSync(process.execPath, args, { cwd: directory, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (!run.stdout.startsWith('{')) throw new Error(`Biome did not run: ${run.stderr}`);
  return JSON.parse(run.stdout);
}
