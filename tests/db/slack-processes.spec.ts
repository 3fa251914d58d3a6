import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { vote } from '@/lib/approvals/vote';
import { anyFreePort } from '@/lib/launch/ports.mjs';
import { startNode } from '@/lib/launch/processes.mjs';
import { typescript } from '@/lib/launch/serve.mjs';
import { forgetAccounts } from '@/lib/slack/identity';
import { defaults } from '@/tests/fakes/slack/server';
import { signedRequest } from '@/tests/support/slack-signed';
import { known, openSlack, type SlackWorld } from './slack-fixture';

type Process = ReturnType<typeof startNode>;

let world: SlackWorld;
let running: Process[] = [];
beforeEach(async () => {
  forgetAccounts();
  world = await openSlack();
});
afterEach(async () => {
  for (const { child, ended } of running) {
    child.kill('SIGKILL');
    await ended;
  }
  running = [];
  expect(world.problems()).toEqual([]);
  await world.close();
});

function start(name: string, file: string, env: Record<string, string> = {}): Process {
  const log = path.join(os.tmpdir(), `countersign-slack-${process.pid}-${name}.log`);
  const started = startNode(name, typescript(file), { env: { ...world.environment, ...env }, log });
  running.push(started);
  return started;
}

const shown = (at: { channel: string; ts: string }) => JSON.stringify(world.slack.message(at).blocks);

test('a worker that is killed between the decision and its update: another one makes it', {
  timeout: 240_000,
}, async () => {
  const { approval, ts, channel } = await world.posted();
  world.slack.addFault({ on: 'chat.update', kind: 'hang', times: 1 });
  const first = start('first', 'lib/worker-main.ts');
  const outcome = await vote(world.services, {
    approvalId: approval.id,
    ballot: { callHash: approval.callHash, verdict: 'reject', reason: 'Not this one.', next: 'stop' },
    by: await world.person('reviewer', 'Ada'),
    surface: 'web',
    context: { surface: 'web' },
  });
  expect(outcome?.kind).toBe('decided');
  // The decision is committed, and the worker waits for Slack's answer to the update.
  await expect.poll(() => world.slack.calls({ method: 'chat.update' }).length, { timeout: 60_000 }).toBe(1);
  first.child.kill('SIGKILL');
  await first.ended;
  expect(shown({ channel, ts })).toContain('Approval needed: issue_refund');

  start('second', 'lib/worker-main.ts');
  await expect
    .poll(() => shown({ channel, ts }), { timeout: 120_000, interval: 500 })
    .toContain('Rejected: issue_refund');
  expect(shown({ channel, ts })).not.toContain('approval.approve');
  expect(world.slack.messages(known.approvals)).toHaveLength(1);
  expect((await world.approvalOf(approval.id)).status).toBe('rejected');
});

test('eight clicks at once on two processes: one vote, one decision', { timeout: 180_000 }, async () => {
  const marta = await world.link(known.marta);
  const { approval, ts, channel } = await world.posted();
  const ports = [await anyFreePort(), await anyFreePort()];
  const urls = ports.map((port, at) => {
    start(`door-${at}`, 'tests/support/slack-door-main.ts', { PORT: String(port) });
    return `http://127.0.0.1:${port}/api/slack/events`;
  });
  for (const url of urls)
    await expect
      .poll(
        () =>
          fetch(url).then(
            ({ status }) => status,
            () => null,
          ),
        { timeout: 60_000 },
      )
      .toBe(405);
  const { blocks } = world.slack.message({ channel, ts });
  const buttons = blocks.find(({ block_id }) => block_id === 'decide')?.elements as {
    action_id: string;
    value: string;
  }[];
  const value = buttons.find(({ action_id }) => action_id === 'approval.approve')?.value ?? '';
  const click = (at: number) => ({
    type: 'block_actions',
    user: { id: known.marta, team_id: known.team },
    api_app_id: defaults.appId,
    team: { id: known.team },
    enterprise: null,
    is_enterprise_install: false,
    container: { type: 'message', channel_id: channel, message_ts: ts, is_ephemeral: false },
    channel: { id: channel },
    message: { bot_id: 'B01HITLBOT1' },
    trigger_id: `1.${at}`,
    actions: [{ type: 'button', action_id: 'approval.approve', block_id: 'decide', value, action_ts: `9.${at}` }],
  });
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, at) => fetch(urls[at % 2] ?? '', signedRequest(click(at)))),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
  await expect.poll(async () => (await world.approvalOf(approval.id)).status, { timeout: 30_000 }).toBe('approved');
  // Each click is told of in a modal, since these have no message to answer under.
  await expect.poll(() => world.slack.calls({ method: 'views.open' }).length, { timeout: 30_000 }).toBe(8);
  expect(await world.prisma.vote.findMany({ where: { approvalId: approval.id } })).toMatchObject([
    { userId: marta.id },
  ]);
  expect(await world.actions('approval.decided')).toHaveLength(1);
  await world.work();
  expect(shown({ channel, ts })).toContain('Approved: issue_refund');
});
