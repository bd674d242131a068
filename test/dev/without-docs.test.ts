import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { withoutDocs } from '../../dev/without-docs.ts';

const SRC = join(import.meta.dirname, '../../src');

function squeezed(source: string): string {
  return withoutDocs('x.ts', source).replaceAll(/\s+/g, '');
}

describe('a source without its docs', () => {
  it('keeps what an operation does, and drops what it says', () => {
    const source = `operation({ method: 'get', summary: 'S', answers: { 200: { schema: v.object({}) } }, auth: 'none',
      body: { schema: B, example: { summary: 1 } }, refusals: ['busy'] }, async () => answer(200, { summary: 'kept' }));`;
    expect(squeezed(source)).toBe(
      "operation({method:'get',auth:'none',body:{schema:B,},},async()=>answer(200,{summary:'kept'}));",
    );
  });

  it('keeps the checks of a pipe, and drops its remarks', () => {
    const source = `const A = v.pipe(v.string(), v.description('a, b'), v.minLength(1), v.title('T'));`;
    expect(squeezed(source)).toBe('constA=v.pipe(v.string(),v.minLength(1),);');
  });

  it('leaves everything else as it is', () => {
    const source = `const x = { summary: 1, example: other({ description: 2 }) }; v.check(v.description('x'));`;
    expect(withoutDocs('x.ts', source)).toBe(source);
  });

  it('is still TypeScript, for every file of the Worker', () => {
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    expect(files.length).toBeGreaterThan(100);
    for (const name of files) {
      const path = join(SRC, name);
      const { diagnostics } = ts.transpileModule(withoutDocs(path, readFileSync(path, 'utf8')), {
        reportDiagnostics: true,
        compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
      });
      expect(diagnostics, name).toEqual([]);
    }
  });
});
