import { execute } from '../../lib/launch/database.mjs';
import { database } from './access-fixture';
import { expect, expectAccessible, note, test } from './review-fixture';

test('quiet hours are set, changed and removed on the account page', async ({ world }) => {
  const page = await world.open('grace', '/account');
  const panel = page.getByRole('region', { name: 'Quiet hours' });
  await panel.getByRole('button', { name: 'Set quiet hours…' }).click();
  await panel.getByLabel('Sunday').uncheck();
  await panel.getByLabel('Saturday').uncheck();
  await panel.getByLabel('From').fill('21:30');
  await panel.getByLabel('Time zone').selectOption('Europe/Berlin');
  await expectAccessible(page);
  await panel.getByRole('button', { name: 'Save' }).click();
  await expect(panel).toContainText('Mon to Fri, 21:30 to 07:00 the next day, Europe/Berlin');
  await panel.getByRole('button', { name: 'Remove' }).click();
  await expect(panel).toContainText('None: you can be written to at any time.');
});

test('somebody is asked to stand in, and it is taken back', async ({ world }) => {
  const page = await world.open('grace', '/account');
  const panel = page.getByRole('region', { name: 'Standing in' });
  await panel.getByRole('button', { name: 'Let somebody stand in for you…' }).click();
  await panel.getByRole('button', { name: 'Save' }).click();
  await expect(panel.getByRole('alert')).toContainText('Choose a person');
  await panel.getByLabel('Who').selectOption({ index: 1 });
  await expectAccessible(page);
  await panel.getByRole('button', { name: 'Save' }).click();
  await expect(panel.getByRole('listitem')).toContainText('for Grace Hopper');
  await expect(panel.getByRole('listitem')).toContainText('Now');
  await panel.getByRole('button', { name: 'End it' }).click();
  await expect(panel).toContainText('Nobody stands in at present.');
});

test('a deadline is extended with a reason, and whoever asked for the run finds how it came out', async ({ world }) => {
  const { approvals } = await world.start([note('about to be extended')], { requester: 'vera.review@example.com' });
  const [id = ''] = approvals;
  await execute(
    database(),
    `update approval set deadline = now() + interval '1 hour', deadline_source = 'rule' where id = $1`,
    [id],
  );
  const page = await world.open('ada', `/approvals/${id}`);
  const why = page.getByRole('region', { name: 'Why you are asked' });
  await expect(why).toContainText('vera.review@example.com');
  await why.getByRole('button', { name: 'Extend…' }).click();
  await why.getByLabel('More time').selectOption({ label: '4 hours more' });
  await why.getByRole('button', { name: 'Extend', exact: true }).click();
  await expect(why).toContainText('the reason stays on record');
  await why.getByLabel('Why').fill('Waiting for the shop');
  await expectAccessible(page);
  await why.getByRole('button', { name: 'Extend', exact: true }).click();
  await expect(why).toContainText('extended by');
  await expect(why).toContainText('Waiting for the shop');

  expect(await world.vote(id, { verdict: 'reject', reason: 'Not in this channel', next: 'stop' })).toBe(200);
  const mine = await world.open('vera', '/requests');
  const row = mine.getByRole('listitem').filter({ hasText: 'Not in this channel' });
  await expect(row).toContainText('Rejected');
  await expect(row).toContainText('by Grace Hopper');
  await expectAccessible(mine);
});
