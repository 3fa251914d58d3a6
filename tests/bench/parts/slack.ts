import { execute } from '@/lib/launch/database.mjs';
import { known } from '../../fakes/slack/world';
import type { Figure } from '../figures';
import type { Options } from '../options';
import { apiKey } from '../people';
import { apiOf, deliverPause, paused, receivedAt, runRequest } from '../runs';
import { inScope } from '../scope';
import { freshDatabase, pause, type SimulatedSlack, simulatedGemini, simulatedSlack, startBuiltApp } from '../servers';
import { percentile } from '../statistics';

type Times = Readonly<{ posted: number; updated: number }>;

/**
 * One run after the other on its way through Slack: the delivery is stored, the request is posted to the channel, a person
 * votes through the API, and the message is updated. What counts is when the calls arrive at the simulated Slack.
 */
export async function measureSlack(benchUrl: string, options: Options): Promise<readonly Figure[]> {
  return inScope(async (scope) => {
    const databaseUrl = await freshDatabase(scope, benchUrl, 'slack');
    const gemini = await simulatedGemini(scope);
    const slack = await simulatedSlack(scope);
    const app = await startBuiltApp(scope, { databaseUrl, geminiUrl: gemini.url, slack });
    await postTo(databaseUrl, known.approvals);
    const callApi = apiOf(app, await apiKey(scope, databaseUrl));

    let seen = 0;
    const follow = async (index: number): Promise<Times> => {
      const run = await callApi<{ interaction_id: string }>('POST', '/runs', runRequest(index));
      await paused(gemini, run.interaction_id);
      const storedAt = await receivedAt(databaseUrl, await deliverPause(app, run.interaction_id));
      const posted = await arrived(slack, 'chat.postMessage', seen);

      const path = `/approvals/${posted.approvalId}`;
      const approval = await callApi<{ call_hash: string }>('GET', path);
      await pause(100 + Math.random() * 50); // the answer to the post is on record
      const votedAt = Date.now();
      await callApi('POST', `${path}/votes`, { verdict: 'approve', call_hash: approval.call_hash });
      // Messages of runs before are still told how their agents went on.
      const updated = await arrived(slack, 'chat.update', posted.sequence, posted.approvalId);
      seen = updated.sequence;
      return { posted: posted.at - storedAt, updated: updated.at - votedAt };
    };

    for (let warming = 0; warming < 5; warming++) await follow(warming);
    const all: Times[] = [];
    for (let count = options.quick ? 12 : 25 * options.rounds; count > 0; count--) all.push(await follow(all.length));
    const figure = (what: string, time: keyof Times, p: number): Figure => {
      const times = all.map((one) => one[time]);
      const judged = p === 0.95 ? { goal: { below: 1000 }, note: `${all.length} runs` } : {};
      return { part: 'slack', what: `${what}, p${p * 100}`, value: percentile(times, p), unit: 'ms', ...judged };
    };
    return [
      figure('event stored → post at Slack', 'posted', 0.5),
      figure('event stored → post at Slack', 'posted', 0.95),
      figure('vote → update at Slack', 'updated', 0.5),
      figure('vote → update at Slack', 'updated', 0.95),
    ];
  });
}

const withinMs = 15_000;

/** Sets the channel for every request, once the app has found its workspace. */
async function postTo(databaseUrl: string, channel: string): Promise<void> {
  const statement = `update slack_installation set default_channel = $1 where status = 'active' returning id`;
  for (const end = Date.now() + withinMs; Date.now() < end; await pause(100)) {
    if ((await execute(databaseUrl, statement, [channel])).length > 0) return;
  }
  throw new Error('The app did not connect to the simulated Slack.');
}

type Arrival = Readonly<{ at: number; sequence: number; approvalId: string }>;

/** The first such call after another one that shows an approval, or this one; not a note in its thread. `at`: when it arrived. */
async function arrived(
  { control }: SimulatedSlack,
  method: string,
  afterSequence: number,
  wanted?: string,
): Promise<Arrival> {
  for (const end = Date.now() + withinMs; Date.now() < end; await pause(10)) {
    for (const { at, sequence, args } of await control.calls({ method, afterSequence })) {
      const approvalId = /apr_\w+/.exec(JSON.stringify(args.metadata ?? null))?.[0];
      if (approvalId !== undefined && (wanted ?? approvalId) === approvalId) return { at, sequence, approvalId };
    }
  }
  throw new Error(`${method} did not arrive at the simulated Slack.`);
}
