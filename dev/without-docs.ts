import ts from 'typescript';

/** What an operation says of itself for the API description alone. */
const TOLD = new Set(['operationId', 'tag', 'summary', 'description', 'answers', 'refusals', 'example']);
/** Steps of a valibot pipe that check nothing. */
const REMARKS = new Set(['description', 'title', 'examples', 'metadata']);

/** The source without what only the API description needs: in the Worker it would cost size and the start of every isolate. */
export function withoutDocs(path: string, source: string): string {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const cuts: { from: number; to: number }[] = [];
  visit(file);
  return cuts
    .sort((a, b) => b.from - a.from)
    .reduce((text, { from, to }) => text.slice(0, from) + text.slice(to), source);

  function visit(node: ts.Node): void {
    if (ts.isCallExpression(node)) {
      const callee = node.expression.getText(file);
      const [description] = node.arguments;
      if (callee === 'operation' && description !== undefined && ts.isObjectLiteralExpression(description)) {
        cutProperties(description);
      }
      if (callee === 'sqliteTable') for (const constraints of node.arguments.slice(2)) cut(constraints);
      if (callee === 'v.pipe') for (const step of node.arguments) if (isRemark(step)) cut(step);
    }
    ts.forEachChild(node, visit);
  }

  function cutProperties(object: ts.ObjectLiteralExpression): void {
    for (const property of object.properties) {
      const name = property.name?.getText(file) ?? '';
      if (TOLD.has(name)) cut(property);
      else if (
        name === 'body' &&
        ts.isPropertyAssignment(property) &&
        ts.isObjectLiteralExpression(property.initializer)
      ) {
        cutProperties(property.initializer);
      }
    }
  }

  function isRemark(step: ts.Expression): boolean {
    if (!ts.isCallExpression(step)) return false;
    const [namespace, name] = step.expression.getText(file).split('.');
    return namespace === 'v' && REMARKS.has(name ?? '');
  }

  /** With the comma behind it. A cut inside another is the other's already. */
  function cut({ pos, end }: ts.Node): void {
    const to = source[end] === ',' ? end + 1 : end;
    if (cuts.every((other) => pos < other.from || to > other.to)) cuts.push({ from: pos, to });
  }
}
