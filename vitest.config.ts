import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // A worker keeps its modules from file to file: no test changes them, and importing them anew cost more than the tests.
    isolate: false,
    setupFiles: ['test/support/setup.ts'],
    onConsoleLog: (_log, type) => type === 'stderr',
  },
});
