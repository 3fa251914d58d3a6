import path from 'node:path';
import { defineConfig } from 'vitest/config';

const alias = {
  '@': import.meta.dirname,
  // Its only export refuses to load outside of server code; the tests are no bundle that it could protect.
  'server-only': path.join(import.meta.dirname, 'node_modules/server-only/empty.js'),
};

export default defineConfig({
  test: {
    // What a test provokes is checked in its answer; the log of it would bury what failed.
    env: { LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent' },
    projects: [
      {
        resolve: { alias },
        // Nothing is measured here: a machine busy with something else is no failure.
        test: { name: 'unit', include: ['tests/unit/**/*.spec.{ts,tsx}'], testTimeout: 30_000 },
      },
      {
        resolve: { alias },
        test: {
          name: 'db',
          include: ['tests/db/**/*.spec.ts'],
          globalSetup: 'tests/db/global-setup.ts',
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 15_000 } }, // a busy machine is no fault
        },
      },
    ],
  },
});
