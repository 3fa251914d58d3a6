import type { Page } from '@playwright/test';
import { expect, grant, note, pay, press, test, unique } from './review-fixture';

/** The foot of the page says that Grace has decided. */
const decided = (page: Page) => page.getByRole('region', { name: 'Decide' }).getByText('by Grace Hopper');

test('a decision made elsewhere shows in an open page, which keeps its place and focus', async ({ world }) => {
  const run = await world.start([pay(unique())]);
  const page = await world.open('ada', `/approvals/${run.approvals[0]}`);
  await expect(page.getByText('Live').first()).toBeVisible();
  await page.getByText('Raw', { exact: true }).click();
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('value'));
  const before = await focused();
  expect(await world.vote(run.approvals[0] ?? '', { verdict: 'reject', reason: 'No.', next: 'stop' })).toBe(200);
  await expect(decided(page)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Approve…' })).toBeHidden();
  expect(await focused()).toBe(before);
});

test('the inbox holds still: new rows wait behind a button, decided ones stay where they are', async ({ world }) => {
  const [first, second] = [unique(), unique()];
  const run = await world.start([note(first)]);
  const page = await world.open('ada');
  const list = page.getByRole('region', { name: 'Requests' });
  await expect(list.getByRole('link', { name: first })).toBeVisible();
  const top = list.getByRole('row').nth(1).getByRole('link');
  await expect(top).toHaveAccessibleName(new RegExp(first));
  await world.start([note(second)]);
  await expect(page.getByRole('button', { name: '1 new' })).toBeVisible();
  await expect(top).toHaveAccessibleName(new RegExp(first));

  await world.vote(run.approvals[0] ?? '', { verdict: 'approve' });
  const row = list.getByRole('row').filter({ hasText: first });
  await expect(row.getByText('Approved').last()).toBeVisible();
  await expect(row.getByText('Grace Hopper')).toBeVisible();

  await page.getByRole('button', { name: '1 new' }).click();
  await expect(list.getByRole('link', { name: second })).toBeVisible();
  await expect(list.getByRole('link', { name: first })).toBeHidden();
});

test('whoever comes second is told who decided what, and that theirs was not recorded', async ({ world }) => {
  const run = await world.start([note(unique())]);
  const page = await world.open('ada', `/approvals/${run.approvals[0]}`, { live: false });
  await page.getByRole('button', { name: 'Reject' }).click();
  await page.getByRole('textbox', { name: 'Reason' }).fill('Too early.');
  await world.vote(run.approvals[0] ?? '', { verdict: 'approve' });
  await press(page.getByRole('region', { name: 'Decide' }).getByRole('button', { name: 'Reject' }));
  await expect(
    page.getByRole('alert').getByText(/^Grace Hopper approved this .*\. Your rejection was not recorded\.$/),
  ).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'What you had typed' })).toHaveValue('Too early.');
  await expect(page.getByText('Decided by')).toBeVisible(); // the page shows the new state
});

test('two reviewers decide at once: one counts, the other is told, and the agent resumes once', async ({ world }) => {
  const run = await world.start([note(unique())]);
  const path = `/approvals/${run.approvals[0]}`;
  const pages = await Promise.all([
    world.open('ada', path, { live: false }),
    world.open('grace', path, { live: false }),
  ]);
  await Promise.all(pages.map((page) => page.getByRole('button', { name: 'Approve' }).click()));
  const told = await Promise.all(
    pages.map(async (page) => {
      await expect(page.getByText('Decided by')).toBeVisible();
      return page.getByRole('alert').filter({ hasText: 'Your approval was not recorded.' }).count();
    }),
  );
  expect(told.toSorted()).toEqual([0, 1]);
  await expect.poll(async () => (await world.run(run.id)).status, { timeout: 20_000 }).toBe('completed');
  expect((await world.gemini.stats()).branched).toEqual([]);
});

test('a form that was open when somebody else decided says so and keeps its words', async ({ world }) => {
  const run = await world.start([pay(unique())]);
  const page = await world.open('ada', `/approvals/${run.approvals[0]}`);
  await page.getByRole('button', { name: 'Reject' }).click();
  await page.getByRole('textbox', { name: 'Reason' }).fill('Let me think.');
  await world.vote(run.approvals[0] ?? '', { verdict: 'approve' });
  await expect(
    page.getByRole('alert').getByText(/^Grace Hopper approved this .*\. Your rejection was not recorded\.$/),
  ).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'What you had typed' })).toHaveValue('Let me think.');
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(decided(page)).toBeVisible();
});

test('who asked for a run, and who may only read, sees the request without the means to decide it', async ({
  world,
}) => {
  const run = await world.start([grant(unique())], { requester: 'grace.review@example.com' });
  const path = `/approvals/${run.approvals[0]}`;
  const own = await world.open('grace', path);
  await expect(own.getByText('You asked for this run or started it, so somebody else must decide.')).toBeVisible();
  await expect(own.getByRole('button', { name: 'Approve…' })).toBeHidden();
  const reader = await world.open('vera', path);
  await expect(reader.getByText('Your role lets you read requests, not decide them.')).toBeVisible();
  await expect(reader.getByRole('button', { name: /Reveal/ })).toBeHidden();
  expect(await world.vote(run.approvals[0] ?? '', { verdict: 'approve' })).toBe(403);
});

test('a page that lost its connection says so, keeps what it shows and catches up', async ({ world }) => {
  const run = await world.start([pay(unique())]);
  const page = await world.open('ada', `/approvals/${run.approvals[0]}`);
  await expect(page.getByText('Live').first()).toBeVisible();
  await page.context().setOffline(true);
  await expect(page.getByText(/Reconnecting|Offline/).first()).toBeVisible({ timeout: 15_000 });
  await expect(page.getByRole('button', { name: 'Approve…' })).toBeVisible();
  await world.vote(run.approvals[0] ?? '', { verdict: 'approve' });
  await page.context().setOffline(false);
  await expect(decided(page)).toBeVisible({ timeout: 15_000 });
});
