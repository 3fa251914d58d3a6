import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgetAccounts } from '@/lib/slack/identity';
import { signedRequest } from '@/tests/support/slack-signed';
import { known, openSlack, type SlackWorld } from './slack-fixture';

// What Slack really sends, one of each kind, with every member of it taken away in turn.
type Kind = 'interaction' | 'command' | 'event';
type Payload = Record<string, unknown>;

let world: SlackWorld;
let collected: ReturnType<typeof collect> | null = null;

beforeAll(async () => {
  forgetAccounts();
  world = await openSlack();
});
afterAll(async () => {
  expect(world.problems()).toEqual([]);
  await world.close();
});

/** One of each kind, as the simulated Slack delivered it. */
async function collect() {
  const payloads = new Map<string, { kind: Kind; payload: Payload }>();
  const marta = await world.link(known.marta);
  const { approval, ts, channel } = await world.posted();
  const last = () => world.slack.deliveries().at(-1)?.payload as Payload;
  const keep = (name: string, kind: Kind = 'interaction') => payloads.set(name, { kind, payload: last() });
  const { slack } = world;
  // A form opens for whoever may decide. From then on she is a viewer: known and let in, so that everything is read, yet no
  // vote of hers counts.
  await slack.click({ user: known.marta, channel, ts, actionId: 'approval.reject' });
  await expect.poll(() => slack.modals(known.marta).at(-1)?.callback_id).toBe('approval.reject');
  await world.prisma.user.update({ where: { id: marta.id }, data: { role: 'viewer' } });
  await slack.click({ user: known.marta, channel, ts, actionId: 'approval.approve' });
  keep('a click on a message');
  await slack.submitModal({ user: known.marta, values: { reason: 'Not this one' } });
  keep('a form');
  payloads.set('a closed form', { kind: 'interaction', payload: { ...last(), type: 'view_closed', is_cleared: true } });
  await slack.openHome({ user: known.marta, tab: 'home' });
  keep('an event', 'event');
  await expect.poll(() => slack.homes().length).toBe(1);
  await slack.click({ user: known.marta, home: true, actionId: 'home.refresh' });
  keep('a click on the Home');
  await slack.slash({ user: known.marta, channel: known.general, command: '/countersign', text: 'list' });
  keep('a command', 'command');
  return { payloads, approvalId: approval.id };
}

test.each(['a click on a message', 'a form', 'a closed form', 'an event', 'a click on the Home', 'a command'])(
  '%s without any one of its members is refused or answered, never an error and never a vote',
  { timeout: 240_000 },
  async (name) => {
    collected ??= collect();
    const { payloads, approvalId } = await collected;
    const found = payloads.get(name);
    if (found === undefined) throw new Error(`nothing kept for ${name}`);
    const { kind, payload } = found;
    const paths = pathsIn(payload);
    expect(paths.length).toBeGreaterThan(8);
    for (const [at, path] of paths.entries()) {
      const broken = without(payload, path) as Payload;
      if (kind === 'event' && 'event_id' in broken) broken.event_id = `${String(payload.event_id)}-${at}`;
      const answer = await fetch(`${world.appUrl}/api/slack/events`, signedRequest(broken, kind));
      const said = `${path.join('.')}: ${answer.status}`;
      expect([200, 400, 403], said).toContain(answer.status);
      const body = await answer.text();
      if (answer.status !== 200) expect(body, said).toBe('');
      if (answer.status === 200 && body !== '') expect(() => JSON.parse(body), said).not.toThrow();
    }
    expect(await world.prisma.vote.count()).toBe(0);
    expect((await world.approvalOf(approvalId)).status).toBe('pending');
  },
);

// The message that comes with a click is what Slack keeps of ours; nothing is read from inside it.
const closed = ['blocks', 'metadata', 'bot_profile', 'title', 'submit', 'close', 'text'];

function pathsIn(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || path.length > 4) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = [...path, key];
    return [here, ...(closed.includes(key) && path.length > 0 ? [] : pathsIn(inner, here))];
  });
}

function without(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return rest.length === 0
      ? value.filter((_, at) => String(at) !== key)
      : value.map((inner, at) => (String(at) === key ? without(inner, rest) : inner));
  }
  const copy: Payload = { ...value };
  if (rest.length === 0) delete copy[key];
  else copy[key] = without(copy[key], rest);
  return copy;
}
