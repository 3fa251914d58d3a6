import { expect, test, vi } from 'vitest';

test('loading the route of Slack, as the build does, calls nobody and opens nothing', async () => {
  const called = vi.fn(() => Promise.reject(new Error('no network while building')));
  vi.stubGlobal('fetch', called);
  const rejected = vi.fn();
  process.on('unhandledRejection', rejected);
  await import('@/app/api/slack/events/route');
  await import('@/lib/slack/app');
  await import('@/lib/slack/socket');
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', rejected);
  vi.unstubAllGlobals();
  expect(called).not.toHaveBeenCalled();
  expect(rejected).not.toHaveBeenCalled();
  expect(globalThis).not.toHaveProperty('countersignSlackApp');
});
