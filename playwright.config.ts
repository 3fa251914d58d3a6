import { defineConfig } from '@playwright/test';
import { chromiumArgs, findChromium } from './lib/launch/chromium.mjs';

// Servers are started by tests/e2e/global-setup.ts, which also sets E2E_APP_URL for the workers.
process.env.CHROMIUM_PATH ??= await findChromium();

export default defineConfig({
  testDir: 'tests/e2e',
  globalSetup: './tests/e2e/global-setup.ts',
  outputDir: 'test-results',
  // All tests share one app and its database.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  // A machine that others use too may be late once; what fails twice is wrong. A retried test is reported as flaky.
  retries: process.env.CI === undefined ? 0 : 1,
  forbidOnly: process.env.CI !== undefined,
  reporter: 'list',
  use: {
    baseURL: process.env.E2E_APP_URL,
    browserName: 'chromium',
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: process.env.CHROMIUM_PATH, args: chromiumArgs },
  },
});
