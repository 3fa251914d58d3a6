import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expireApproval } from '@/lib/approvals/expire';
import { vote } from '@/lib/approvals/vote';
import { forgetAccounts } from '@/lib/slack/identity';
import { changeSlackOptions } from '@/lib/slack/settings';
import { openSocket } from '@/lib/slack/socket';
import { queueOverdue } from '@/lib/slack/sync';
import { defaults } from '@/tests/fakes/slack/server';
import { known, openSlack, type SlackWorld } from './slack-fixture';

let world: SlackWorld;
let socket: { stop(): Promise<void> } | null = null;

const press = (at: { channel: string; ts: string }, actionId: string, user: string = known.marta) =>
  world.slack.click({ user, channel: at.channel, ts: at.ts, actionId });
const notes = (user: string = known.marta) => world.slack.ephemerals({ user }).map(({ text }) => text);
const note = async (user: string = known.marta) => {
  await expect.poll(() => notes(user).length, { timeout: 5_000 }).toBeGreaterThan(0);
  return notes(user).at(-1) ?? '';
};
const modal = async (user: string = known.marta, callback?: string) => {
  await expect
    .poll(() => world.slack.modals(user).at(-1)?.callback_id, { timeout: 5_000 })
    .toBe(callback ?? expect.anything());
  return world.slack.modals(user).at(-1);
};
const votesOf = (approvalId: string) => world.prisma.vote.findMany({ where: { approvalId } });
const json = (value: unknown) => JSON.stringify(value);
/** Whoever waits for a lock in this test's own database. */
const waiting = `select 1 from pg_locks l join pg_stat_activity a using (pid)
  where not l.granted and a.datname = current_database()`;
/** The message once everything that a click set off has been done. */
const shown = (at: { channel: string; ts: string }) =>
  expect.poll(
    async () => {
      await world.work();
      return json(world.slack.message({ channel: at.channel, ts: at.ts }).blocks);
    },
    { timeout: 5_000 },
  );

// The same promises, whichever way Slack's requests come.
describe.each(['http', 'socket'] as const)('over %s', (transport) => {
  beforeEach(async () => {
    forgetAccounts();
    world = await openSlack({ slack: { switches: { transport } } });
    socket = transport === 'socket' ? await openSocket(world.services, defaults.appToken) : null;
    if (socket) await expect.poll(() => world.slack.sockets().length).toBe(1);
  });
  afterEach(async () => {
    expect(world.problems()).toEqual([]);
    await socket?.stop();
    await world.close();
  });

  describe('approving in Slack', () => {
    test('counts as the vote of the linked person, and the message shows it', async () => {
      const marta = await world.link(known.marta);
      const { approval, ts, channel } = await world.posted();
      const act = await press({ channel, ts }, 'approval.approve');
      expect(act).toMatchObject({ accepted: true });
      expect(await note()).toBe('Your approval is recorded.');
      await shown({ channel, ts }).toContain('Marta approved this in Slack.');
      expect(await votesOf(approval.id)).toMatchObject([
        { userId: marta.id, verdict: 'approve', surface: 'slack', callHash: approval.callHash },
      ]);
      const [entry] = await world.actions('vote.cast');
      expect(entry?.context).toMatchObject({
        surface: 'slack',
        slack: { team: known.team, user: known.marta, channel, message: ts, link: 'link' },
      });
    });

    test('can be taken back while its time is open', async () => {
      await world.link(known.marta);
      const { approval, ts, channel } = await world.posted();
      await press({ channel, ts }, 'approval.approve');
      await note();
      const offered = world.slack.ephemerals({ user: known.marta }).at(-1);
      await world.slack.click({ user: known.marta, channel, ts: offered?.ts ?? '', actionId: 'approval.undo' });
      await expect.poll(() => notes().at(-1)).toBe('Your decision is taken back. The request waits again.');
      expect((await world.approvalOf(approval.id)).status).toBe('pending');
      await shown({ channel, ts }).toContain('approval.approve');
    });

    test('asks once more at tier 2 and not at tier 1', async () => {
      await world.prisma.tool.create({ data: { name: 'send_mail', tier: 1, maskedFields: [], riskFields: [] } });
      const costly = await world.posted();
      expect(json(world.slack.message(costly).blocks)).toContain('"confirm"');
      const mail = await world.posted([{ name: 'send_mail', arguments: { to: 'ada' } }]);
      expect(json(world.slack.message(mail).blocks)).not.toContain('"confirm"');
    });

    test('takes the browser from tier 3 on, even for somebody who still has the buttons', async () => {
      await world.link(known.marta);
      const { approval, ts, channel } = await world.posted();
      await world.prisma.approval.update({ where: { id: approval.id }, data: { tier: 3 } });
      await press({ channel, ts }, 'approval.approve');
      expect(await note()).toMatch(/changed since you were shown it, so nothing was recorded/);
      expect((await world.approvalOf(approval.id)).status).toBe('pending');
      await shown({ channel, ts }).toContain('Review in browser');
      await shown({ channel, ts }).not.toContain('approval.approve');
      const outcome = await vote(world.services, {
        approvalId: approval.id,
        ballot: { callHash: approval.callHash, verdict: 'approve', arguments: null, note: null },
        by: await world.person('reviewer', 'Ada'),
        surface: 'slack',
        context: { surface: 'slack' },
      });
      expect(outcome).toMatchObject({ kind: 'refused', reason: { code: 'browser_only' } });
    });

    test('the revision in the button is compared once more under the lock, where nothing can slip in between', async () => {
      await world.link(known.marta);
      const { approval, ts, channel } = await world.posted();
      const other = await world.services.db.pool.connect();
      try {
        await other.query('begin');
        await other.query('select 1 from run where id = $1 for update', [approval.runId]);
        await press({ channel, ts }, 'approval.approve');
        // The click has read the request as it was, and waits for its turn.
        await expect.poll(async () => (await other.query(waiting)).rowCount).toBeGreaterThan(0);
        await other.query('update approval set tier = 1 where id = $1', [approval.id]);
        await other.query('commit');
      } finally {
        other.release();
      }
      expect(await note()).toMatch(/changed since you were shown it, so nothing was recorded/);
      expect(await votesOf(approval.id)).toEqual([]);
      expect(await world.actions('vote.refused')).toMatchObject([{ facts: { reason: 'changed' } }]);
    });

    test('eight clicks at once are one vote, and every one of them is answered', async () => {
      await world.link(known.marta);
      const { approval, ts, channel } = await world.posted();
      const acts = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(() => press({ channel, ts }, 'approval.approve')));
      expect(acts.every(({ accepted }) => accepted)).toBe(true);
      await expect.poll(() => notes().length, { timeout: 10_000 }).toBe(8);
      expect(await votesOf(approval.id)).toHaveLength(1);
      expect(await world.actions('vote.refused')).toEqual([]); // what was asked for twice has happened
    });

    test('the browser and Slack at the same moment: one decision, and the other is told', async () => {
      await world.link(known.marta);
      const ada = await world.person('reviewer', 'Ada');
      const { approval, ts, channel } = await world.posted();
      await Promise.all([
        press({ channel, ts }, 'approval.approve'),
        vote(world.services, {
          approvalId: approval.id,
          ballot: { callHash: approval.callHash, verdict: 'reject', reason: 'Not this one.', next: 'stop' },
          by: ada,
          surface: 'web',
          context: { surface: 'web' },
        }),
      ]);
      const said = await note();
      const row = await world.approvalOf(approval.id);
      expect(await votesOf(approval.id)).toHaveLength(1);
      expect(said).toMatch(row.status === 'approved' ? /is recorded/ : /Ada rejected this .* not recorded/);
      await world.work();
      const word = row.status === 'approved' ? 'Approved: issue_refund' : 'Rejected: issue_refund';
      expect(json(world.slack.message({ channel, ts }).blocks)).toContain(word);
    });

    test('a click on a message that is behind says who decided, and brings the message up to date', async () => {
      await world.link(known.marta);
      const ada = await world.person('reviewer', 'Ada');
      const { approval, ts, channel } = await world.posted();
      await vote(world.services, {
        approvalId: approval.id,
        ballot: { callHash: approval.callHash, verdict: 'approve', arguments: null, note: null },
        by: ada,
        surface: 'web',
        context: { surface: 'web' },
      });
      await press({ channel, ts }, 'approval.approve');
      expect(await note()).toBe('Ada approved this in the browser. Yours was not recorded.');
      expect(await world.actions('vote.refused')).toMatchObject([
        {
          approvalId: approval.id,
          facts: { verdict: 'approve', reason: 'already_decided' },
          context: { surface: 'slack', slack: { user: known.marta, channel, message: ts } },
        },
      ]);
      await shown({ channel, ts }).not.toContain('approval.approve');
    });

    test('after the deadline nothing counts, even when the sweep has not run', async () => {
      await world.link(known.marta);
      const { approval, ts, channel } = await world.posted();
      await world.prisma.approval.update({
        where: { id: approval.id },
        data: { deadline: new Date(Date.now() - 1_000) },
      });
      await press({ channel, ts }, 'approval.approve');
      expect(await note()).toMatch(/deadline passed .* Nothing was recorded/);
      expect(await world.actions('vote.refused')).toMatchObject([{ facts: { reason: 'too_late' } }]);
      await expireApproval(world.services, approval.id);
      await shown({ channel, ts }).toContain('Expired');
    });

    test('the requester cannot approve their own run, and the history keeps the attempt', async () => {
      const marta = await world.link(known.marta);
      const { approval, ts, channel } = await world.posted(undefined, { requester: marta.email });
      await press({ channel, ts }, 'approval.approve');
      expect(await note()).toMatch(/You asked for this run/);
      expect(await world.actions('vote.refused')).toMatchObject([{ actorId: marta.id, approvalId: approval.id }]);
    });

    test('a copy that nobody knew of is taken up by a click, and kept up to date', async () => {
      await world.link(known.marta);
      world.slack.addFault({ on: 'chat.postMessage', kind: 'cut_after', times: 1 });
      const { approval } = await world.posted();
      const [unknown] = world.slack.messages(known.approvals);
      const at = { channel: known.approvals, ts: unknown?.ts ?? '' };
      await press(at, 'approval.approve');
      await note();
      await shown(at).toContain('Marta approved this in Slack.');
      expect((await world.approvalOf(approval.id)).status).toBe('approved');
    });
  });

  describe('what Slack may do at each risk', () => {
    const set = async (change: object) => {
      const admin = await world.person('admin', 'Ada');
      await changeSlackOptions(world.services, change, admin, { surface: 'web' });
    };
    const tiers = { 1: 'decide', 2: 'decide', 3: 'view', 4: 'view' } as const;

    test('view only: it is posted, the browser decides, and a click on an older copy is refused', async () => {
      await world.link(known.marta);
      const { approval, ts, channel } = await world.posted();
      await set({ tiers: { ...tiers, 2: 'view' } });
      await press({ channel, ts }, 'approval.approve');
      expect(await note()).toMatch(/decided in the browser/);
      expect(await world.actions('vote.refused')).toMatchObject([{ facts: { reason: 'browser_only' } }]);
      expect((await world.approvalOf(approval.id)).status).toBe('pending');
      // What was posted before follows, with nobody clicking.
      await queueOverdue(world.services);
      await shown({ channel, ts }).toContain('Review in browser');
      await shown({ channel, ts }).not.toContain('approval.approve');
      expect(await world.actions('setting.changed')).toMatchObject([
        { facts: { to: 'tier 1 decide, tier 2 view, tier 3 view, tier 4 view' } },
      ]);
    });

    test('off: nothing is posted, nothing is listed, and what is out already says nothing of the call', async () => {
      await world.link(known.marta);
      const { ts, channel } = await world.posted();
      await set({ tiers: { ...tiers, 2: 'off' } });
      await queueOverdue(world.services);
      await shown({ channel, ts }).not.toContain('A-1042');
      await world.posted();
      expect(world.slack.messages(known.approvals)).toHaveLength(1);
      const list = await world.slack.slash({ user: known.marta, channel: known.general, command: '/countersign' });
      expect(json(list.json)).not.toContain('issue_refund');
      await press({ channel, ts }, 'approval.open');
      await world.slack.openHome({ user: known.marta, tab: 'home' });
      const home = () => json(world.slack.homes().find(({ user }) => user === known.marta)?.view ?? '');
      await expect.poll(home).toContain('inbox');
      expect(home()).not.toContain('issue_refund');
    });

    test('a function whose arguments stay out of Slack shows none, there or in a form', async () => {
      await world.link(known.marta);
      await world.prisma.tool.create({
        data: { name: 'issue_refund', effectTemplate: 'Refund {order_id}', hideArgumentsInSlack: true },
      });
      const { ts, channel } = await world.posted();
      const message = json(world.slack.message({ channel, ts }));
      expect(message).not.toContain('A-1042');
      expect(message).not.toContain('approval.approve');
      await press({ channel, ts }, 'approval.reject');
      expect(json(await modal(known.marta, 'approval.reject'))).not.toContain('A-1042');
      const other = await world.posted([{ name: 'send_mail', arguments: { to: 'ada' } }]);
      expect(json(world.slack.message(other).blocks)).toContain('approval.approve');
    });
  });

  describe('who may decide', () => {
    const refusals: [string, string, RegExp][] = [
      ['an account that is not linked', known.marta, /not linked/],
      ['a guest', known.guest, /guests are not approvers/],
      ['a single-channel guest', known.singleChannelGuest, /guests are not approvers/],
      ['somebody of another organisation', known.outsider, /another organisation/],
      ['a stranger', known.stranger, /another organisation/],
      ['a deactivated account', known.gone, /deactivated/],
      ['somebody who has not accepted the invitation', known.invited, /invitation/],
    ];
    test.each(refusals)('%s is refused in plain words and on record', async (_who, user, words) => {
      if (user !== known.marta) await world.link(user);
      const { approval, ts, channel } = await world.posted();
      await press({ channel, ts }, 'approval.approve', user);
      expect(await note(user)).toMatch(words);
      expect((await world.approvalOf(approval.id)).status).toBe('pending');
      expect(await world.actions('slack.refused')).toMatchObject([{ approvalId: approval.id }]);
    });

    test('nobody is let in when Slack cannot be asked who they are', async () => {
      await world.link(known.marta);
      const { approval, ts, channel } = await world.posted();
      world.slack.addFault({ on: 'users.info', kind: 'server_error', times: 5 });
      await press({ channel, ts }, 'approval.approve');
      expect(await note()).toMatch(/could not be asked who you are/);
      expect((await world.approvalOf(approval.id)).status).toBe('pending');
    });

    test('a person who was deactivated here, and a viewer, decide nothing', async () => {
      const marta = await world.link(known.marta);
      await world.link(known.denis, 'viewer', 'Denis');
      await world.prisma.user.update({ where: { id: marta.id }, data: { deactivatedAt: new Date() } });
      const { approval, ts, channel } = await world.posted();
      await press({ channel, ts }, 'approval.approve');
      expect(await note()).toMatch(/Your Countersign account is deactivated/);
      await press({ channel, ts }, 'approval.approve', known.denis);
      expect(await note(known.denis)).toMatch(/role/);
      // No form opens for somebody who cannot send it.
      await press({ channel, ts }, 'approval.reject', known.denis);
      expect(json(await modal(known.denis, 'notice'))).toContain('Your role here lets you read requests');
      const denied = { facts: { reason: 'not_a_reviewer' }, approvalId: approval.id };
      expect(await world.actions('vote.refused')).toMatchObject([denied, denied]);
      expect((await world.approvalOf(approval.id)).status).toBe('pending');
    });

    test('an address that looks like an approver’s opens nothing by itself', async () => {
      await world.prisma.user.create({
        data: { id: 'usr_marta', name: 'Marta', email: 'marta@acme.example', emailVerified: true, role: 'reviewer' },
      });
      const { approval, ts, channel } = await world.posted();
      await press({ channel, ts }, 'approval.approve');
      expect(await note()).toMatch(/not linked/);
      await world.prisma.setting.create({
        data: {
          key: 'slack.options',
          value: { emailMatch: true, emailDomains: ['acme.example'], hideArguments: false },
        },
      });
      forgetAccounts();
      await press({ channel, ts }, 'approval.approve');
      await expect.poll(() => notes().at(-1)).toBe('Your approval is recorded.');
      expect(await votesOf(approval.id)).toMatchObject([{ userId: 'usr_marta' }]);
    });

    test('an outsider sees no arguments in a form either', async () => {
      const { ts, channel } = await world.posted();
      await press({ channel, ts }, 'approval.reject', known.outsider);
      expect(json(await modal(known.outsider, 'notice'))).not.toContain('A-1042');
    });
  });

  describe('rejecting, answering, editing', () => {
    test('a rejection carries the reason and what the agent is to do', async () => {
      await world.link(known.marta);
      const { approval, ts, channel } = await world.posted();
      await press({ channel, ts }, 'approval.reject');
      await modal(known.marta, 'approval.reject');
      const submission = await world.slack.submitModal({
        user: known.marta,
        values: { reason: 'Wrong invoice <!channel> *now*', next: 'ask' },
      });
      expect(submission.outcome).toBe('updated');
      expect(json(world.slack.modals(known.marta).at(-1))).toContain('Your rejection is recorded.');
      expect(await votesOf(approval.id)).toMatchObject([
        { verdict: 'reject', reason: 'Wrong invoice <!channel> *now*', next: 'ask' },
      ]);
      await world.work();
      const message = world.slack.message({ channel, ts });
      expect(json(message.blocks)).toContain('Rejected: issue_refund');
      expect(message.text).not.toContain('<!channel>');
    });

    test('an answer is what the function would have returned', async () => {
      await world.link(known.marta);
      const { approval, ts, channel } = await world.posted();
      await press({ channel, ts }, 'approval.answer');
      await modal(known.marta, 'approval.answer');
      const wrong = await world.slack.submitModal({ user: known.marta, values: { result: '{"broken"' } });
      expect(wrong).toMatchObject({ outcome: 'kept' });
      const right = await world.slack.submitModal({
        user: known.marta,
        values: { result: '{"refunded": true}' },
      });
      expect(right.outcome).toBe('updated');
      expect((await world.approvalOf(approval.id)).decision).toMatchObject({
        status: 'answered',
        result: { refunded: true },
      });
      // The receipt takes the vote back, in its own place.
      await world.slack.click({
        user: known.marta,
        actionId: 'approval.undo',
        viewId: String(world.slack.modals(known.marta).at(-1)?.id),
      });
      await expect.poll(() => json(world.slack.modals(known.marta).at(-1))).toContain('Your decision is taken back.');
      expect((await world.approvalOf(approval.id)).status).toBe('pending');
    });

    test('an edit keeps types, takes only what changed, and approves what the second step showed', async () => {
      await world.link(known.marta);
      const { approval, ts, channel } = await world.posted();
      await press({ channel, ts }, 'approval.edit');
      await modal(known.marta, 'approval.edit');
      const unchanged = await world.slack.submitModal({ user: known.marta });
      expect(unchanged).toMatchObject({ outcome: 'updated' });
      expect(json(await modal(known.marta, 'approval.edit'))).toContain('Nothing is changed.');
      const pushed = await world.slack.submitModal({ user: known.marta, values: { 'f:1': '12.5' } });
      expect(pushed.outcome).toBe('pushed');
      expect(json(world.slack.modals(known.marta).at(-1))).toContain('- 25\\n+ 12.5');
      const done = await world.slack.submitModal({ user: known.marta });
      expect(done.outcome).toBe('updated');
      expect((await world.approvalOf(approval.id)).decision).toMatchObject({
        status: 'approved',
        changed: true,
        arguments: { order_id: 'A-1042', amount: 12.5 },
      });
      await shown({ channel, ts }).toContain('amount\\n- 25\\n+ 12.5');
    });

    test('a form that was open while somebody decided says so and records nothing', async () => {
      await world.link(known.marta);
      const ada = await world.person('reviewer', 'Ada');
      const { approval, ts, channel } = await world.posted();
      await press({ channel, ts }, 'approval.reject');
      await modal(known.marta, 'approval.reject');
      await vote(world.services, {
        approvalId: approval.id,
        ballot: { callHash: approval.callHash, verdict: 'approve', arguments: null, note: null },
        by: ada,
        surface: 'web',
        context: { surface: 'web' },
      });
      const submission = await world.slack.submitModal({
        user: known.marta,
        values: { reason: 'Too late now' },
      });
      expect(submission.outcome).toBe('updated');
      expect(json(world.slack.modals(known.marta).at(-1))).toContain(
        'Ada approved this in the browser. Yours was not recorded.',
      );
      expect(await world.actions('vote.refused')).toMatchObject([
        { facts: { verdict: 'reject', reason: 'already_decided' }, approvalId: approval.id },
      ]);
      expect(await votesOf(approval.id)).toHaveLength(1);
    });

    test('arguments that the message cuts are approved from the modal that shows them all', async () => {
      await world.link(known.marta);
      const long = { name: 'issue_refund', arguments: { order_id: 'x'.repeat(9_000), amount: 1 } };
      const { approval, ts, channel } = await world.posted([long]);
      const blocks = json(world.slack.message({ channel, ts }).blocks);
      expect(blocks).toContain('cut: shows 2,400 of');
      expect(blocks).not.toContain('approval.approve');
      await press({ channel, ts }, 'approval.view');
      await modal(known.marta, 'approval.view');
      const done = await world.slack.submitModal({ user: known.marta });
      expect(done.outcome).toBe('updated');
      expect((await world.approvalOf(approval.id)).status).toBe('approved');
    });

    test('masked arguments are not shown, and approving takes the browser', async () => {
      await world.prisma.tool.create({
        data: {
          name: 'issue_refund',
          tier: 2,
          maskedFields: ['order_id'],
          riskFields: [],
          effectTemplate: 'Refund {order_id}',
        },
      });
      const { ts, channel } = await world.posted();
      const message = world.slack.message({ channel, ts });
      expect(json(message)).not.toContain('A-1042');
      expect(json(message.blocks)).not.toContain('approval.approve');
      expect(json(message.blocks)).toContain('approval.reject');
    });
  });
});
