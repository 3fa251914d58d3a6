import type { Locator, Page } from '@playwright/test';
import { expect, note, pay, reach, test, unique } from './review-fixture';

/** Whether all of it is on screen and no bar at the foot of the page covers a part. */
async function stands(element: Locator): Promise<boolean> {
  return element.evaluate((node) => {
    const { top, bottom } = node.getBoundingClientRect();
    const foot = document.querySelector('[data-foot]')?.getBoundingClientRect().top ?? window.innerHeight;
    return top >= 0 && bottom <= foot;
  });
}

const cards = (page: Page) => page.getByRole('main').locator('ol').first().locator(':scope > li');

test('a key that decides first shows the whole call, and decides at the second press', async ({ world }) => {
  const run = await world.start([pay(unique()), pay(unique()), note(unique())]);
  const page = await world.open('ada', `/pauses/${run.pauseId}`);
  await page.setViewportSize({ width: 1280, height: 600 });
  const last = cards(page).nth(2);
  await page.waitForTimeout(350);
  for (const key of ['j', 'j', 'j']) await page.keyboard.press(key);
  await expect(last.getByRole('link')).toBeFocused();
  expect(await stands(last)).toBe(true);

  await page.evaluate(() => window.scrollTo(0, 0));
  expect(await stands(last)).toBe(false);
  await page.keyboard.press('a');
  await expect.poll(() => stands(last)).toBe(true);
  expect((await world.run(run.id)).approvals.map(({ status }) => status)).toEqual(['pending', 'pending', 'pending']);

  await page.keyboard.press('a');
  const undo = last.getByRole('button', { name: /Undo/ });
  await expect(undo).toBeVisible();
  expect(await stands(undo)).toBe(true);
});

test('a call longer than the window is shown part by part before a key decides on it', async ({ world }) => {
  const lines = Array.from({ length: 60 }, (_, index) => `Line ${index}`).join('\n');
  const run = await world.start([note(unique()), note(`${unique()}\n${lines}`)]);
  const page = await world.open('ada', `/pauses/${run.pauseId}`);
  await page.setViewportSize({ width: 1280, height: 420 });
  await page.waitForTimeout(350);
  for (const key of ['j', 'j']) await page.keyboard.press(key);
  await page.keyboard.press('a');
  expect((await world.run(run.id)).approvals[1]?.status).toBe('pending');
  await expect(async () => {
    await page.keyboard.press('a');
    await expect(cards(page).nth(1).getByRole('button', { name: /Undo/ })).toBeVisible({ timeout: 300 });
  }).toPass();
});

test('the bar for selected rows does not cover the row in hand', async ({ world }) => {
  const words = Array.from({ length: 8 }, () => unique());
  for (const word of words) await world.start([note(word)]);
  const page = await world.open('ada');
  await page.setViewportSize({ width: 1280, height: 500 });
  const word = words[0] ?? '';
  await reach(page, word);
  await page.keyboard.press('x');
  await expect(page.getByText('1 request selected')).toBeVisible();
  await expect.poll(() => stands(page.getByRole('row').filter({ hasText: word }))).toBe(true);
});

test('the filter leads into the list and is left with Escape', async ({ world }) => {
  const word = unique();
  await world.start([note(word)]);
  const page = await world.open('ada');
  const filter = page.getByRole('searchbox', { name: 'Filter this list' });
  for (const key of ['Enter', 'ArrowDown']) {
    await page.keyboard.press('/');
    await expect(filter).toBeFocused();
    await filter.fill(word);
    await expect(page.getByRole('row')).toHaveCount(2); // with its head
    await page.keyboard.press(key);
    await expect(page.getByRole('link', { name: word })).toBeFocused();
    await expect(filter).toHaveValue(word);
  }
  await page.keyboard.press('/');
  await page.keyboard.press('Escape');
  await expect(filter).toHaveValue('');
  await page.keyboard.press('Escape');
  await expect(filter).not.toBeFocused();
});

test('the button that commits stands where the one that opened the form stood', async ({ world }) => {
  const run = await world.start([pay(unique())]);
  const page = await world.open('ada', `/approvals/${run.approvals[0]}`);
  const dock = page.getByRole('region', { name: 'Decide' });
  const right = async (button: Locator) => {
    await expect(button).toBeVisible();
    const box = await button.boundingBox();
    return Math.round((box?.x ?? 0) + (box?.width ?? 0));
  };
  const edge = await right(dock.getByRole('button', { name: 'Approve…' }));
  for (const [open, commit] of [
    ['Approve…', 'Approve'],
    ['Reject', 'Reject'],
    ['Edit', 'Review the changes'],
    ['Answer', 'Send the answer'],
  ] as const) {
    await dock.getByRole('button', { name: open }).click();
    await expect(dock.getByRole('button', { name: 'Cancel' })).toBeVisible();
    expect(Math.abs((await right(dock.getByRole('button', { name: commit, exact: true }))) - edge)).toBeLessThan(8);
    await page.keyboard.press('Escape');
  }
});

test('on a phone a long form keeps its buttons in reach', async ({ world }) => {
  const run = await world.start([pay(unique())]);
  const page = await world.open('ada', `/approvals/${run.approvals[0]}?act=edit`, { width: 390 });
  await page.setViewportSize({ width: 390, height: 500 });
  const review = page.getByRole('button', { name: 'Review the changes' });
  await expect(review).toBeInViewport({ ratio: 1 });
  await expect(review.locator('kbd').first()).toBeHidden();
});
