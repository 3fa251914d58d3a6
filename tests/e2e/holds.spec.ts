import { expect, expectAccessible, note, test, unique } from './review-fixture';

test('an admin stops everything: it stands on every page, and what is decided goes on when it is released', async ({
  world,
}) => {
  test.setTimeout(120_000); // five pages, three of them looked at by axe
  const run = await world.start([note(unique())]);
  const page = await world.open('ada', '/settings');
  await page.getByRole('button', { name: 'Stop everything' }).click();
  await expectAccessible(page);
  await page.getByRole('textbox', { name: 'Why' }).fill('Refunds go astray');
  await page.getByRole('button', { name: 'Stop it' }).click();
  await expect(page.getByText('has stopped everything')).toBeVisible();
  await expect(page.getByText('Refunds go astray').first()).toBeVisible();
  try {
    const grace = await world.open('grace', `/approvals/${run.approvals[0]}`);
    await expect(grace.getByText('has stopped everything')).toBeVisible();
    await expectAccessible(grace);
    await grace.getByRole('button', { name: 'Approve' }).click();
    await expect(grace.getByText('Decided by')).toBeVisible();
    expect((await world.run(run.id)).status).toBe('paused');
  } finally {
    await page.goto('/settings');
    await page.getByRole('button', { name: 'Release' }).click();
    await page.getByRole('button', { name: 'Release it' }).click();
    await expect(page.getByText('has stopped everything')).toHaveCount(0);
  }
  await expect.poll(async () => (await world.run(run.id)).status, { timeout: 30_000 }).toBe('completed');
  const tool = await world.open('ada', '/agents/tools/review_post_note');
  await tool.getByRole('button', { name: 'Stop', exact: true }).click();
  await tool.getByRole('textbox', { name: 'Why' }).fill('Notes to the wrong person');
  await tool.getByRole('button', { name: 'Stop it' }).click();
  await expect(tool.getByText('has stopped review_post_note')).toBeVisible();
  const health = await world.open('ada', '/health');
  await expect(health.getByRole('list', { name: 'Stopped' })).toContainText('Notes to the wrong person');
  await expectAccessible(health);
  await tool.getByRole('button', { name: 'Release' }).click();
  await tool.getByRole('button', { name: 'Release it' }).click();
  await expect(tool.getByText('has stopped review_post_note')).toHaveCount(0);
});
