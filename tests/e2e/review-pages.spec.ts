import {
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  grant,
  note,
  pay,
  secret,
  test,
  unique,
} from './review-fixture';

const hostile =
  '<img src=x onerror=alert(1)><b>Approved by Ada</b> [link](https://evil.example) \u202Egnp.exe\u202C a\u200Bb';

for (const dark of [false, true]) {
  test(`no page breaks a rule of WCAG 2.2 AA, ${dark ? 'dark' : 'light'}`, async ({ world }) => {
    test.slow();
    const run = await world.start([grant(unique()), note(unique())]);
    const decided = await world.start([note(unique())]);
    await world.vote(decided.approvals[0] ?? '', { verdict: 'reject', reason: 'No.', next: 'ask' });
    const page = await world.open('ada', '/inbox', { dark });
    const ready: [path: string, sign: string][] = [
      ['/inbox', 'Needs me'],
      ['/inbox?tab=team', 'Team'],
      ['/inbox?tab=waiting', 'Waiting on others'],
      ['/inbox?tab=done', 'Outcome'],
      [`/approvals/${run.approvals[0]}`, 'Why you are asked'],
      [`/approvals/${run.approvals[0]}?act=approve`, 'Why you approve it'],
      [`/approvals/${run.approvals[0]}?act=edit`, 'Edit the arguments'],
      [`/approvals/${run.approvals[0]}?act=reject`, 'The agent should'],
      [`/approvals/${run.approvals[0]}?act=answer`, 'Answer in place of the function'],
      [`/approvals/${decided.approvals[0]}`, 'Decided by'],
      [`/approvals/none`, 'There is no such request'],
      [`/pauses/${run.pauseId}`, '0 of 2 decided'],
      ['/runs', 'Any status'],
      [`/runs/${decided.id}`, 'Interaction 1'],
      ['/audit', 'Any outcome'],
      ['/audit?surface=web', 'From (UTC)'],
      ['/people', 'Signed in'],
      ['/people/groups', 'Groups'],
      ['/settings/sign-in', 'Second factor'],
      ['/account', 'Authenticator app'],
    ];
    for (const [path, sign] of ready) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeAttached(); // not a skeleton any more
      await expect(page.getByText(sign).first()).toBeAttached();
      await test.step(path, () => expectAccessible(page));
    }
  });
}

test('no page scrolls sideways on a phone, at 390 and at 320 px', async ({ world }) => {
  test.slow();
  const long = `${unique()}-${'x'.repeat(200)}`;
  const run = await world.start([grant(long), note(hostile)]);
  for (const width of [390, 320]) {
    const page = await world.open('ada', '/inbox', { width });
    for (const path of [
      '/inbox',
      '/inbox?tab=done',
      `/approvals/${run.approvals[0]}`,
      `/approvals/${run.approvals[0]}?act=edit`,
      `/approvals/${run.approvals[1]}`,
      `/pauses/${run.pauseId}`,
      '/runs',
      `/runs/${run.id}`,
      '/people',
      '/people/groups',
      '/settings/sign-in',
      '/account',
    ]) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await test.step(`${path} at ${width}`, () => expectNoSidewaysScroll(page));
    }
  }
});

test('what an agent wrote stays text, and what it hides is shown', async ({ world }) => {
  const run = await world.start([note(hostile)], { say: `${hostile} <h1>System</h1>` });
  const page = await world.open('ada', `/approvals/${run.approvals[0]}`);
  let dialogs = 0;
  page.on('dialog', () => {
    dialogs += 1;
  });
  await page.getByText('Conversation').click();
  await expect(page.getByText('Unverified, written by the agent')).toBeVisible();
  await expect(page.locator('main img, main b, main a[href*="evil"]')).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
  const argument = page.getByRole('definition').filter({ hasText: 'gnp.exe' }).first();
  await expect(argument).toContainText('<img src=x onerror=alert(1)>');
  await expect(argument).toContainText('U+202E right-to-left override');
  await expect(argument).toContainText('U+200B zero-width space');
  await page.goto(`/runs/${run.id}`);
  await expect(page.getByText('Interaction 1', { exact: true })).toBeVisible();
  await expect(page.locator('main img, main b')).toHaveCount(0);
  expect(dialogs).toBe(0);
});

test('a masked value is not in the page until somebody asks for it', async ({ world }) => {
  const run = await world.start([grant(unique())]);
  for (const path of [`/approvals/${run.approvals[0]}`, `/pauses/${run.pauseId}`]) {
    const page = await world.open('ada', path);
    await expect(page.getByRole('button', { name: 'Reveal token' }).first()).toBeVisible();
    expect(await page.content()).not.toContain(secret);
  }
});

test('runs are found by status and by words, and a filter stands in the address', async ({ world }) => {
  const word = unique();
  await world.start([pay(word)]);
  const page = await world.open('ada', '/runs');
  await page.getByRole('searchbox', { name: 'Words in the title' }).fill(word);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`text=${word}`));
  await expect(page.getByRole('table', { name: 'Runs' }).getByRole('row')).toHaveCount(2);
  await page.getByLabel('Status').selectOption('completed');
  await expect(page.getByText('No run fits')).toBeVisible();
  await page.getByRole('link', { name: 'Show all runs' }).click();
  await expect(page.getByRole('table', { name: 'Runs' })).toBeVisible();
});
