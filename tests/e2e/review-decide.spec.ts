import { expect, grant, note, pay, press, secret, ship, test, unique, wire } from './review-fixture';
import { admin } from './servers';

test('one key approves what can be taken back, and the agent goes on when undo has closed', async ({ world }) => {
  const run = await world.start([note(unique())]);
  const page = await world.open('ada', `/approvals/${run.approvals[0]}`);
  await page.getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByRole('button', { name: /Undo/ })).toBeVisible();
  await expect(page.getByText('What the agent will be told')).toBeVisible();
  await expect(page.getByText('Resumed', { exact: true })).toBeVisible({ timeout: 15_000 });
  await expect(page.getByText('What the agent was told')).toBeVisible();
  await page.getByRole('link', { name: 'See how the agent went on' }).click();
  await expect(page.getByText('All done.', { exact: true }).first()).toBeVisible();
});

test('a decision can be taken back until it is sent, and is then open again', async ({ world }) => {
  const run = await world.start([note(unique())]);
  const page = await world.open('ada', `/approvals/${run.approvals[0]}`);
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('button', { name: /Undo/ }).click();
  await expect(page.getByText('Taken back. The request waits again.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Approve' })).toBeVisible();
  expect((await world.run(run.id)).status).toBe('paused');
});

test('a costly call is confirmed once more before it counts', async ({ world }) => {
  const run = await world.start([pay(unique())]);
  const page = await world.open('ada', `/approvals/${run.approvals[0]}`);
  await page.getByRole('button', { name: 'Approve…' }).click();
  await expect(page.getByRole('heading', { name: /^Approve: Pay 20 EUR/ })).toBeVisible();
  expect((await world.run(run.id)).approvals[0]?.status).toBe('pending');
  await press(page.getByRole('button', { name: 'Approve', exact: true }));
  await expect(page.getByText('Decided by')).toBeVisible();
});

test('a confirmation counts however soon it comes, the second half of a double click does not', async ({ world }) => {
  const run = await world.start([pay(unique())]);
  const page = await world.open('ada', `/approvals/${run.approvals[0]}`);
  const approve = page.getByRole('button', { name: /^Approve…/ });
  await approve.dblclick();
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeVisible();
  expect((await world.run(run.id)).approvals[0]?.status).toBe('pending');
  await page.keyboard.press('Escape');
  await expect(approve).toBeFocused();
  await page.keyboard.press('a');
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Decided by')).toBeVisible();
});

test('what cannot be taken back is read once more and needs a reason', async ({ world }) => {
  const run = await world.start([grant(unique())]);
  await world.forgetProofs();
  const page = await world.open('ada', `/approvals/${run.approvals[0]}`);
  await page.getByRole('button', { name: 'Approve…' }).click();
  const dock = page.getByRole('region', { name: 'Decide' });
  const approve = dock.getByRole('button', { name: 'Approve', exact: true });
  await expect(approve).toBeDisabled();
  await dock.getByRole('button', { name: 'Reveal token' }).click();
  await expect(dock.getByText(secret)).toBeVisible();
  await press(approve);
  await expect(dock.getByText('Say in a few words why.')).toBeVisible();
  await dock.getByLabel('Why you approve it').fill('She takes over from Ada.');
  await dock.getByLabel('Your password').fill(admin.password);
  await press(approve);
  await expect(page.getByText('Decided by')).toBeVisible();
  await expect(page.getByText('She takes over from Ada.').first()).toBeVisible();
  await expect(page.getByRole('button', { name: /Undo/ })).toBeHidden();
  await expect(page.getByText(/uncovered the masked field \/token/)).toBeVisible();
});

test('a regulated call waits for a second person after the first has approved', async ({ world }) => {
  const run = await world.start([wire(unique())]);
  await world.forgetProofs();
  const path = `/approvals/${run.approvals[0]}`;
  const ada = await world.open('ada', path);
  const approve = async (page: typeof ada) => {
    await page.getByRole('button', { name: 'Approve…' }).click();
    await page.getByLabel('Why you approve it').fill('The invoice fits.');
    await page.getByLabel('Your password').fill(admin.password);
    await press(page.getByRole('button', { name: 'Approve', exact: true }));
  };
  await approve(ada);
  await expect(ada.getByText('One more person must agree.', { exact: false })).toBeVisible();
  expect((await world.run(run.id)).approvals[0]?.status).toBe('pending');
  await approve(await world.open('grace', path));
  await expect(ada.getByText('Decided by')).toBeVisible();
});

test('a rejection carries its reason and what the agent should do, word for word', async ({ world }) => {
  const run = await world.start([pay(unique())]);
  const page = await world.open('ada', `/approvals/${run.approvals[0]}`);
  await page.getByRole('button', { name: 'Reject' }).click();
  const dock = page.getByRole('region', { name: 'Decide' });
  await press(dock.getByRole('button', { name: 'Reject' }));
  await expect(dock.getByText('A rejection needs a reason that the agent can act on.')).toBeVisible();
  await dock.getByRole('textbox', { name: 'Reason' }).fill('Paid already on 3 March.');
  await dock.getByText('Try differently').click();
  await press(dock.getByRole('button', { name: 'Reject' }));
  await expect(page.getByText('Decided by')).toBeVisible();
  await expect(page.getByText('"retry_differently"')).toBeVisible();
  await expect(page.getByText('"Paid already on 3 March."')).toBeVisible();
});

test('an edit keeps types, is refused by the schema at its field, and is shown before it is sent', async ({
  world,
}) => {
  const run = await world.start([pay(unique())]);
  const page = await world.open('ada', `/approvals/${run.approvals[0]}`);
  const dock = page.getByRole('region', { name: 'Decide' });
  await page.getByRole('button', { name: 'Edit' }).click();
  const amount = dock.getByLabel('Amount');
  await amount.fill('a lot');
  await press(dock.getByRole('button', { name: 'Review the changes' }));
  await expect(dock.getByText('Enter a number such as 12.5')).toBeVisible();
  await amount.fill('500');
  await press(dock.getByRole('button', { name: 'Review the changes' }));
  await press(dock.getByRole('button', { name: 'Approve with changes' }));
  await expect(
    dock.getByText('The edited arguments do not fit what the tool declares.', { exact: false }),
  ).toBeVisible();
  await expect(dock.getByText('Give at most 100.')).toBeVisible();
  await amount.fill('12.5');
  await press(dock.getByRole('button', { name: 'Review the changes' }));
  await expect(dock.getByText('becomes 12.5')).toBeVisible();
  await press(dock.getByRole('button', { name: 'Approve with changes' }));
  await expect(page.getByText('Approved, edited').first()).toBeVisible();
  await expect(page.getByText('What was changed')).toBeVisible();
  await expect(page.getByText('Resumed', { exact: true })).toBeVisible({ timeout: 20_000 });
  const sent = (await world.gemini.requests({ operation: 'create' })).map(({ body }) => JSON.stringify(body));
  expect(sent.some((body) => body.includes('"amount":12.5') && body.includes('arguments_changed_by_reviewer'))).toBe(
    true,
  );
});

test('an answer stands in for the function', async ({ world }) => {
  const run = await world.start([pay(unique())]);
  const page = await world.open('ada', `/approvals/${run.approvals[0]}`);
  const dock = page.getByRole('region', { name: 'Decide' });
  await dock.getByRole('button', { name: 'Answer' }).click();
  await dock.getByText('JSON', { exact: true }).click();
  await dock.getByLabel('Result').fill('not json');
  await press(dock.getByRole('button', { name: 'Send the answer' }));
  await expect(dock.getByText('That is not JSON yet', { exact: false })).toBeVisible();
  await dock.getByLabel('Result').fill('{"balance": 40}');
  await press(dock.getByRole('button', { name: 'Send the answer' }));
  await expect(page.getByText('Answered', { exact: true }).first()).toBeVisible();
  await expect(page.getByText('balance:')).toBeVisible();
});

test('a call that a person carries out waits for what happened before the agent goes on', async ({ world }) => {
  const to = unique();
  const run = await world.start([ship(to)]);
  const page = await world.open('ada', `/approvals/${run.approvals[0]}`);
  await page.getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByText('The agent goes on when somebody has recorded what happened.')).toBeVisible();
  const inbox = await world.open('grace');
  await expect(
    inbox.getByRole('table', { name: 'Approved, result awaited' }).getByRole('link', { name: to }),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Record what happened' }).click();
  await page.getByRole('textbox', { name: 'What happened' }).fill('Shipped as 1Z-77.');
  await press(page.getByRole('button', { name: 'Record', exact: true }));
  await expect(page.getByText('Resumed', { exact: true })).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText('"Shipped as 1Z-77."').first()).toBeVisible();
});

test('parallel calls are decided one by one on one page and resumed together', async ({ world }) => {
  const run = await world.start([note(unique()), pay(unique()), note(unique())]);
  const page = await world.open('ada', `/pauses/${run.pauseId}`);
  await expect(page.getByText('0 of 3 decided')).toBeVisible();
  // Each card says what its decision rests on.
  const second = page.getByRole('listitem').filter({ hasText: 'Call 2 of 3' });
  await expect(second.getByText('Written by the model')).toBeVisible();
  await expect(second.getByText(/\d+ (h|min|d).* left/)).toBeVisible();
  await expect(second.getByText(/^Rule “/)).toBeVisible();
  await second.getByText('Raw', { exact: true }).click();
  await expect(second.getByText('Call hash')).toBeVisible();
  await page.getByRole('button', { name: 'Approve', exact: true }).first().click();
  await expect(page.getByText('1 of 3 decided')).toBeVisible();
  await page.getByRole('button', { name: 'Reject the rest…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Reject 2 requests' });
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Not this week.');
  await dialog.getByRole('button', { name: 'Reject 2 requests' }).click();
  await expect(page.getByText('3 of 3 decided')).toBeVisible();
  await expect(page.getByText('Resumed', { exact: true })).toBeVisible({ timeout: 25_000 });
  const states = (await world.run(run.id)).approvals.map(({ status }) => status);
  expect(states).toEqual(['approved', 'rejected', 'rejected']);
});
