import { afterEach, beforeEach } from 'vitest';
import { loggedErrors, recordErrors } from './console.ts';

beforeEach(() => recordErrors());

afterEach(() => {
  const errors = loggedErrors();
  if (errors.length > 0) throw new Error(`console.error was called: ${JSON.stringify(errors, null, 2)}`);
});
