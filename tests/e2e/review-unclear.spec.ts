import { expect, note, test, unique } from './review-fixture';

test('an unclear resume waits for an admin, who is told what each choice may cause and says why', async ({ world }) => {
  const run = await world.start([note(unique())]);
  const path = `/approvals/${run.approvals[0]}`;
  const reviewer = await world.open('grace', path);
  await world.gemini.addFault({ on: 'resume', kind: 'cut_before' });
  await world.vote(run.approvals[0] ?? '', { verdict: 'approve' });
  await expect(
    reviewer.getByText('Whether the agent received the decision is not known.', { exact: false }),
  ).toBeVisible({
    timeout: 20_000,
  });
  await expect(reviewer.getByText('An admin can send it again or close it.')).toBeVisible();
  await expect(reviewer.getByRole('button', { name: 'Send again…' })).toBeHidden();

  const page = await world.open('ada', path);
  await page.getByRole('button', { name: 'Send again…' }).click();
  await expect(page.getByText('the agent goes on twice', { exact: false })).toBeVisible();
  await page.getByRole('button', { name: 'Send again', exact: true }).click();
  await expect(page.getByText('Say why in a few words: the reason stays on record.')).toBeVisible();
  await page.getByRole('textbox', { name: 'Why' }).fill('Gemini shows no child of it.');
  await page.getByRole('button', { name: 'Send again', exact: true }).click();
  await expect(page.getByText('Resumed', { exact: true })).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText(/sent the resume again: Gemini shows no child of it/)).toBeVisible();
});

test('a run that another program started can be read, with the reason why it cannot be decided', async ({ world }) => {
  const created = await fetch(`${process.env.E2E_GEMINI_URL}/v1beta/interactions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-goog-api-key': 'test-key' },
    body: JSON.stringify({
      model: 'gemini-3.8-flash',
      background: true,
      store: true,
      input: `@sim ${JSON.stringify({ calls: [note(unique())], final: 'Done.' })}`,
      tools: [{ type: 'function', name: 'review_post_note', parameters: { type: 'object' } }],
    }),
  });
  expect(created.status).toBe(200);
  const { id } = await created.json();
  const page = await world.open('ada', '/runs');
  await expect(async () => {
    await page.goto('/runs');
    await page.getByRole('table', { name: 'Runs' }).getByRole('link').first().click();
    await expect(page.getByText(id, { exact: true }).first()).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 20_000 });
  await expect(page.getByText('This run can be read, not decided')).toBeVisible();
  await expect(page.getByText('POST /api/v1/runs/register')).toBeVisible();
  await expect(page.getByText('channel:').first()).toBeVisible(); // what it asks for can be read
});
