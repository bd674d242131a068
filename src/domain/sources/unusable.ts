import type { BaseIssue } from 'valibot';
import type { Reading } from './contract.ts';

const MAX_ERRORS = 20;

/** What to mend, by place. The texts never repeat a value: it may be an e-mail address, and errors are written down. */
export function unusable(issues: BaseIssue<unknown>[]): Reading {
  const errors = issues.slice(0, MAX_ERRORS).map((issue) => ({ pointer: pointerTo(issue), detail: detailOf(issue) }));
  return { outcome: 'unusable', errors };
}

/** RFC 6901. */
function pointerTo(issue: BaseIssue<unknown>): string {
  const keys = issue.path?.map(({ key }) => String(key).replaceAll('~', '~0').replaceAll('/', '~1')) ?? [];
  return keys.map((key) => `/${key}`).join('');
}

function detailOf(issue: BaseIssue<unknown>): string {
  // The schemas' own checks bring their own sentences; valibot's sentences about types quote what was received.
  if (issue.kind !== 'schema') return issue.message;
  if (issue.expected === 'never') return 'This field is not known here.';
  if (issue.received === 'undefined') return 'This field is required.';
  return `Expected ${issue.expected}.`;
}
