import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { can, type Permission, type Person } from '@/lib/domain/person';
import { execute } from '@/lib/launch/database.mjs';
import { type Api, openApi } from './api-fixture';

const signedIn: { person: Person | null } = { person: null };
const denied = new Error('not for this role');

vi.mock('next/cache', () => ({ refresh: () => undefined, revalidatePath: () => undefined }));
vi.mock('@/lib/auth', () => ({
  requirePerson: async (permission?: Permission) => {
    if (signedIn.person === null) throw denied;
    if (permission !== undefined && !can(signedIn.person, permission)) throw denied;
    return signedIn.person;
  },
  currentPerson: async () => signedIn.person,
  currentSession: async () => signedIn.person && { id: 'session', person: signedIn.person },
  requestContext: async () => ({ surface: 'web' }),
}));

let api: Api;
let auditor: Person;
let approval: { id: string; callHash: string; interactionId: string };
beforeAll(async () => {
  api = await openApi();
  auditor = await api.person('auditor', 'Audra');
  signedIn.person = auditor;
});
afterAll(() => api.close());

// What happened stands in the history, refusals and looks too; the rest of an auditor's own is a bookmark or a password.
const own = [
  'audit_entry',
  'audit_personal',
  'audit_node',
  'audit_log',
  'audit_search',
  'audit_search_place',
  'audit_checkpoint',
  'checkpoint_place',
  'audit_verification',
  'signing_key',
  'rate_limit',
  'session',
  'account',
  'audit_view',
];

/** All that is stored, but for the history and what is the auditor's own. */
async function everythingElse(): Promise<Record<string, string>> {
  const url = api.services.env.databaseUrl;
  const tables = await execute(url, "select tablename as name from pg_tables where schemaname = 'public' order by 1");
  const kept = tables.map(({ name }) => String(name)).filter((name) => !own.includes(name));
  const contents = await Promise.all(
    kept.map(async (name) => {
      const rows = await execute(
        url,
        `select to_jsonb(t) - 'last_used_at' - 'shortcuts' as row from "${name}" t order by t::text`,
      );
      return [name, JSON.stringify(rows)] as const;
    }),
  );
  return Object.fromEntries(contents);
}

type Action = (...values: unknown[]) => Promise<unknown>;
const actionFiles = Object.fromEntries(
  Object.entries(import.meta.glob<Record<string, Action>>('/app/**/actions.{ts,tsx}')).filter(([file]) =>
    file.includes('(dashboard)'),
  ),
);

const form = () => {
  const data = new FormData();
  for (const [name, value] of Object.entries({
    name: 'Mallory',
    email: 'mallory@example.com',
    role: 'admin',
    password: 'a password of some length',
    scopes: 'votes',
    token: 'xoxb-1',
  }))
    data.set(name, value);
  return data;
};

/** What somebody who posts to an action by hand might send. */
const attempts = (): unknown[][] => [
  [],
  [{ kind: 'untouched' }, form()],
  [null, form()],
  [auditor.id, 'admin'],
  [approval.id, { some: 'result' }],
  [approval.interactionId, 'close', 'Because.'],
  [{ approvalId: approval.id, verdict: 'approve', callHash: approval.callHash, arguments: null, note: null }],
  [{ fourEyes: false, retentionHours: 1 }],
  [{ events: 6, results: 6, steps: 6, personal: 6 }],
  [auditor.id, true],
  ['check', 'webhook'],
];

describe('an auditor changes nothing', () => {
  test('through any action of the pages', async () => {
    approval = (await api.pausedRun(await api.key(null))).approval;
    expect(Object.keys(actionFiles).length).toBeGreaterThan(6);
    let tried = 0;
    const before = await everythingElse();
    for (const [file, load] of Object.entries(actionFiles)) {
      const names: string[] = [];
      for (const [name, action] of Object.entries(await load())) {
        for (const values of attempts()) {
          // Refused in words, by an error or by the form of what was sent: all the same, as long as nothing changes.
          await action(...values).catch(() => undefined);
          tried += 1;
        }
        names.push(name);
      }
      expect(await everythingElse(), `one of ${names.join(', ')} of ${file}`).toEqual(before);
    }
    expect(tried).toBeGreaterThan(200);
  });

  test('through any route of the API, with a key that has every scope', async () => {
    approval = (await api.pausedRun(await api.key(null))).approval;
    const key = await api.key(auditor);
    const routes = import.meta.glob<Record<string, Parameters<Api['call']>[0]>>('/app/api/v1/**/route.ts');
    const before = await everythingElse();
    let refused = 0;
    for (const [file, load] of Object.entries(routes)) {
      const handlers = await load();
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
        const handler = handlers[method];
        if (handler === undefined) continue;
        const id = file.includes('interactions') ? approval.interactionId : approval.id;
        const body = file.includes('/votes')
          ? { verdict: 'approve', call_hash: approval.callHash }
          : file.includes('/result')
            ? { result: 'Done.' }
            : { action: 'close', reason: 'Because.' };
        const answer = await api.call(handler, {
          key,
          method,
          id,
          path: file.replace('/app', '').replace('/route.ts', ''),
          body,
        });
        expect(answer.status, `${method} ${file}`).toBeGreaterThanOrEqual(400);
        if (answer.status === 403) refused += 1;
      }
    }
    expect(await everythingElse()).toEqual(before);
    expect(refused).toBeGreaterThan(4); // runs, registration, votes, results, resumes: the role is what stands in the way
  });
});
