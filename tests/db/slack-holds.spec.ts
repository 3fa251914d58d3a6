import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { forgetAccounts } from '@/lib/slack/identity';
import { known, openSlack, type SlackWorld } from './slack-fixture';

let world: SlackWorld;
beforeAll(async () => {
  world = await openSlack();
});
afterAll(async () => {
  expect(world.problems()).toEqual([]);
  await world.close();
});
beforeEach(async () => {
  forgetAccounts();
  await world.prisma.hold.deleteMany();
  await world.prisma.slackUserLink.deleteMany();
});

const ask = async (text: string, user: string = known.marta) => {
  const act = await world.slack.slash({ user, channel: known.general, command: '/countersign', text });
  return JSON.stringify(act.json ?? '');
};
const modal = () => world.slack.modals(known.marta).at(-1);
const submit = (values: Record<string, string>) => world.slack.submitModal({ user: known.marta, values });
const shown = () => JSON.stringify(modal()?.blocks ?? '');
const actions = async () =>
  (await world.prisma.auditEntry.findMany({ where: { action: { startsWith: 'hold.' } }, orderBy: { seq: 'asc' } })).map(
    ({ action, actorId, context, metadata }) => ({ action, actorId, context, metadata }),
  );

test('an admin stops everything from a form that asks why, and releases it', async () => {
  const marta = await world.link(known.marta, 'admin');
  await ask('stop');
  expect(await world.prisma.hold.count()).toBe(0); // not before it is confirmed
  expect(shown()).toContain('Stop everything?');
  await submit({ reason: 'Refunds go astray' });
  expect(shown()).toContain('Everything is stopped.');
  expect(await world.prisma.hold.findMany()).toMatchObject([
    { scope: 'everything', setBy: 'Marta', reason: 'Refunds go astray' },
  ]);
  expect((await actions()).at(-1)).toMatchObject({
    action: 'hold.set',
    actorId: marta.id,
    context: { surface: 'slack', slack: { team: known.team, link: 'link' } },
  });
  expect(await ask('stop')).toContain('stopped already, by Marta since');
  expect(await ask('STATUS')).toContain('Refunds go astray');
  await ask('release');
  expect(shown()).toContain('Release everything?');
  await submit({});
  expect(await world.prisma.hold.count()).toBe(0);
  expect((await actions()).at(-1)).toMatchObject({ action: 'hold.released', context: { surface: 'slack' } });
  expect(await ask('status')).toContain('Nothing is stopped.');
  expect(await ask('release')).toContain('Nothing is stopped.');
});

test('a function and an agent are stopped by their names; what is not known stops nothing', async () => {
  await world.link(known.marta, 'admin');
  await world.prisma.tool.create({ data: { name: 'close_account', tier: 3 } });
  await world.prisma.agent.create({ data: { id: 'agt_desk', name: 'Service desk', profile: {}, target: 'm' } });
  await ask('stop close_account');
  await submit({ reason: 'Wrong accounts' });
  await ask('stop agent service DESK');
  await submit({ reason: 'It loops' });
  expect(await world.prisma.hold.findMany({ orderBy: { scope: 'asc' } })).toMatchObject([
    { scope: 'agent', key: 'agt_desk', reason: 'It loops' },
    { scope: 'tool', key: 'close_account', reason: 'Wrong accounts' },
  ]);
  expect(await ask('release')).toContain('Everything is not stopped.');
  expect(await ask('stop close_acount')).toContain('There is no function or agent called close_acount.');
  expect(await ask('stop *all* https://evil.example')).toContain('called ∗all∗ https:∕∕evil.example.');
  await world.prisma.agent.create({ data: { id: 'agt_same', name: 'close_account', profile: {}, target: 'n' } });
  expect(await ask('release close_account')).toContain('A function and an agent are called that.');
  await ask('release function close_account');
  await submit({ reason: 'Mended' });
  expect(await world.prisma.hold.findMany()).toMatchObject([{ scope: 'agent' }]);
});

test('whoever is no linked admin is refused in words, and the history has it', async () => {
  expect(await ask('stop')).toContain('not linked');
  expect(await world.prisma.auditEntry.findFirst({ where: { action: 'slack.refused' } })).toMatchObject({
    metadata: { reason: 'unlinked' },
  });
  const marta = await world.link(known.marta, 'reviewer');
  for (const text of ['stop', 'release', 'stop no_such_function']) {
    expect(await ask(text)).toContain('Only admins may');
  }
  expect(await ask('status')).toContain('Only admins may');
  expect((await actions()).at(-1)).toMatchObject({
    action: 'hold.refused',
    actorId: marta.id,
    metadata: { act: 'stop' },
  });
  expect(await world.prisma.hold.count()).toBe(0);
});

test('an admin who is none any more when the form is sent changes nothing', async () => {
  const marta = await world.link(known.marta, 'admin');
  await ask('stop');
  await world.prisma.user.update({ where: { id: marta.id }, data: { role: 'reviewer' } });
  await submit({ reason: 'Refunds go astray' });
  expect(shown()).toContain('Only admins may stop something.');
  expect(await world.prisma.hold.count()).toBe(0);
});

test('a reason of spaces is asked for again', async () => {
  await world.link(known.marta, 'admin');
  await ask('stop');
  await submit({ reason: '     ' });
  expect(JSON.stringify(modal()?.errors)).toContain('Say why');
  expect(await world.prisma.hold.count()).toBe(0);
});
