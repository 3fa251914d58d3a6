import { openStream } from '../event-stream';
import type { Figure } from '../figures';
import type { Options } from '../options';
import { apiKey, signIn } from '../people';
import { apiOf, deliverPause, paused, receivedAt, runRequest } from '../runs';
import { inScope } from '../scope';
import { freshDatabase, pause, type Simulator, simulatedGemini, startBuiltApp } from '../servers';
import { percentile } from '../statistics';

type Times = Readonly<{ heard: number; onPage: number; resumed: number; voteHeard: number }>;

/**
 * One run after the other on its whole way: the delivery is stored, an open page hears of the approval and reads it, a
 * person votes through the API, another open page hears of that, and the resume arrives at Gemini.
 */
export async function measureLive(benchUrl: string, options: Options): Promise<readonly Figure[]> {
  return inScope(async (scope) => {
    const databaseUrl = await freshDatabase(scope, benchUrl, 'live');
    const gemini = await simulatedGemini(scope);
    const app = await startBuiltApp(scope, { databaseUrl, geminiUrl: gemini.url });
    const cookie = await signIn(app, databaseUrl);
    const [inbox, other] = [await openStream(scope, app.url, cookie), await openStream(scope, app.url, cookie)];

    const callApi = apiOf(app, await apiKey(scope, databaseUrl));

    const follow = async (index: number): Promise<Times> => {
      const run = await callApi<{ id: string; interaction_id: string }>('POST', '/runs', runRequest(index));
      await paused(gemini, run.interaction_id);
      const from = inbox.heard();
      const eventId = await deliverPause(app, run.interaction_id);
      const opened = await inbox.next(from, ({ type, runId }) => type === 'approval' && runId === run.id);
      const approvalId = opened.id ?? '';
      const onPage = await readUntilShown(`${app.url}/inbox`, cookie, approvalId);
      const storedAt = await receivedAt(databaseUrl, eventId);

      const approval = await callApi<{ call_hash: string }>('GET', `/approvals/${approvalId}`);
      await pause(Math.random() * 50);
      const beforeVote = other.heard();
      const votedAt = Date.now();
      await callApi('POST', `/approvals/${approvalId}/votes`, { verdict: 'approve', call_hash: approval.call_hash });
      const voteHeard = await other.next(beforeVote, ({ type, id }) => type === 'approval' && id === approvalId);
      const resumed = await resumedAt(gemini, run.interaction_id);
      return {
        heard: opened.at - storedAt,
        onPage: onPage - storedAt,
        resumed: resumed - votedAt,
        voteHeard: voteHeard.at - votedAt,
      };
    };

    for (let warming = 0; warming < 5; warming++) await follow(warming);
    const all: Times[] = [];
    for (let count = options.quick ? 12 : 25 * options.rounds; count > 0; count--) all.push(await follow(all.length));
    const figure = (
      part: Figure['part'],
      what: string,
      time: keyof Times,
      p: number,
      goal?: Figure['goal'],
    ): Figure => ({
      part,
      what: `${what}, p${p * 100}`,
      value: percentile(
        all.map((times) => times[time]),
        p,
      ),
      unit: 'ms',
      ...(goal ? { goal, note: `${all.length} runs` } : {}),
    });
    return [
      figure('visible', 'event stored → heard at an open page', 'heard', 0.5),
      figure('visible', 'event stored → heard at an open page', 'heard', 0.95, { below: 500 }),
      figure('visible', 'event stored → in the inbox read again', 'onPage', 0.95, { below: 500 }),
      figure('resume', 'vote → resume request at Gemini', 'resumed', 0.5),
      figure('resume', 'vote → resume request at Gemini', 'resumed', 0.95, { below: 300 }),
      figure('vote-visible', 'vote → heard at another open page', 'voteHeard', 0.95, { below: 1000 }),
    ];
  });
}

const withinMs = 10_000;

async function readUntilShown(page: string, cookie: string, approvalId: string): Promise<number> {
  for (const end = Date.now() + withinMs; Date.now() < end; ) {
    const answer = await fetch(page, { headers: { cookie }, redirect: 'manual' });
    if (answer.status !== 200) throw new Error(`${page} answered ${answer.status}.`);
    if ((await answer.text()).includes(approvalId)) return Date.now();
  }
  throw new Error(`${page} does not show ${approvalId}.`);
}

async function resumedAt({ control }: Simulator, interactionId: string): Promise<number> {
  for (const end = Date.now() + withinMs; Date.now() < end; await pause(10)) {
    const [request] = await control.requests({ operation: 'resume', previousId: interactionId });
    if (request !== undefined) return request.at;
  }
  throw new Error('The interaction was not resumed.');
}
