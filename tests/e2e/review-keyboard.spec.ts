import { navItems } from '../../components/shell/nav';
import { expect, note, pay, reach, test, unique } from './review-fixture';

test('from the inbox to a decision and back with the keyboard alone', async ({ world }) => {
  const word = unique();
  await world.start([note(word)]);
  const page = await world.open('ada');
  const focusedText = () => page.evaluate(() => document.activeElement?.textContent ?? '');
  await reach(page, word);
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await expect.poll(focusedText).toContain(word);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(word);
  await page.waitForTimeout(350);
  await page.keyboard.press('a');
  await expect(page.getByRole('button', { name: /Undo/ })).toBeVisible();
  await page.waitForTimeout(350);
  await page.keyboard.press('z');
  await expect(page.getByText('Taken back. The request waits again.')).toBeVisible();
  await page.waitForTimeout(350);
  await page.keyboard.press('r');
  await expect(page.getByRole('textbox', { name: 'Reason' })).toBeFocused();
  await page.keyboard.type('Not now, a quiet week.');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Decided by')).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await expect(page).toHaveURL(/\/inbox$/);
});

test('A in the list opens the request with the act ready, and decides nothing', async ({ world }) => {
  const word = unique();
  const run = await world.start([pay(word)]);
  const page = await world.open('ada');
  await reach(page, word);
  await page.keyboard.press('a');
  await expect(page.getByRole('heading', { name: new RegExp(`^Approve: .*${word}`) })).toBeVisible();
  expect((await world.run(run.id)).approvals[0]?.status).toBe('pending');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Approve…' })).toBeFocused();
});

test('the keyboard sheet names a key for every place', async ({ world }) => {
  const page = await world.open('ada');
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard' });
  for (const { label } of navItems) {
    await expect(sheet.getByRole('term').filter({ hasText: label })).toBeVisible();
  }
});

test('a key that is held down never decides', async ({ world }) => {
  const run = await world.start([note(unique())]);
  const page = await world.open('ada', `/approvals/${run.approvals[0]}`);
  await expect(page.getByRole('button', { name: 'Approve' })).toBeVisible();
  await page.evaluate(() => {
    for (let times = 0; times < 20; times++) {
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', repeat: true, bubbles: true }));
    }
  });
  await page.waitForTimeout(500);
  expect((await world.run(run.id)).approvals[0]?.status).toBe('pending');
});

test('X selects, and the chosen ones are reviewed in turn', async ({ world }) => {
  const words = [unique(), unique()];
  for (const word of words) await world.start([note(word)]);
  const page = await world.open('ada');
  await reach(page, words[1] ?? '');
  for (const key of ['x', 'j', 'x']) await page.keyboard.press(key);
  await expect(page.getByText('2 requests selected')).toBeVisible();
  await page.getByRole('link', { name: 'Review in turn' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(words[1] ?? '');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('link', { name: /Next request/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(words[0] ?? '');
});

test('brackets walk through the calls of a pause', async ({ world }) => {
  const [first, second] = [unique(), unique()];
  const run = await world.start([note(first), note(second)]);
  const page = await world.open('ada', `/approvals/${run.approvals[0]}`);
  await expect(page.getByText('Call 1 of 2')).toBeVisible();
  await page.keyboard.press(']');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(second);
  await page.keyboard.press('[');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(first);
});

test('the palette offers what can be done with the request on show', async ({ world }) => {
  const run = await world.start([pay(unique())]);
  const page = await world.open('ada', `/approvals/${run.approvals[0]}`);
  await page.keyboard.press('Control+k');
  await page.getByRole('option', { name: 'Reject' }).click();
  await expect(page.getByRole('textbox', { name: 'Reason' })).toBeFocused();
});

test('the palette finds a request by its words or its id, and opens it', async ({ world }) => {
  const word = unique();
  const run = await world.start([pay(word)]);
  const page = await world.open('ada', '/inbox');
  const box = page.getByRole('combobox', { name: 'Find or go to' });
  for (const typed of [word, run.approvals[0] ?? '', run.id]) {
    await page.keyboard.press('Control+k');
    await box.fill(typed);
    await expect(page.getByRole('option', { name: new RegExp(word) }).first()).toBeVisible();
    await page.keyboard.press('Escape');
  }
  await page.keyboard.press('Control+k');
  await box.fill(word);
  await page.getByRole('group', { name: 'Requests' }).getByRole('option').first().click();
  await expect(page).toHaveURL(new RegExp(`/approvals/${run.approvals[0]}$`));
});
