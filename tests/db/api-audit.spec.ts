import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import * as exportRoute from '@/app/api/v1/audit/export/route';
import * as auditRoute from '@/app/api/v1/audit/route';
import { auditEntry, auditPage } from '@/lib/api/schemas';
import { appendAudit } from '@/lib/audit/append';
import { exportAudit } from '@/lib/audit/export';
import { newestSequence } from '@/lib/audit/queries';
import { system } from '@/lib/domain/audit';
import type { Person } from '@/lib/domain/person';
import { type Api, expectProblem, openApi } from './api-fixture';

let api: Api;
let auditor: Person;
let key: string;
let ada: Person;
beforeAll(async () => {
  api = await openApi();
  [auditor, ada] = [await api.person('auditor', 'Audra'), await api.person('reviewer', 'Ada')];
  key = await api.key(auditor);
});
afterAll(() => api.close());

const read = async (query = '') =>
  auditPage.parse((await api.call(auditRoute.GET, { key, path: `/api/v1/audit?${query}` })).body);
const exported = (query: string) => api.call(exportRoute.GET, { key, path: `/api/v1/audit/export?${query}` });
const note = (message: string, by = system) =>
  appendAudit(api.prisma, api.services.now(), {
    action: 'run.seen',
    actor: by,
    targets: [],
    context: { surface: 'worker' },
    facts: { reason: message },
  });

describe('the history', () => {
  test('tells what happened to an approval, in words, newest first', async () => {
    const run = await api.pausedRun(await api.key(null));
    await api.vote(await api.key(ada), run.approval, { verdict: 'approve' });
    const { data, next_cursor } = await read(`approval=${run.approval.id}`);
    expect(next_cursor).toBeNull();
    expect(data.map(({ action }) => action)).toEqual(['approval.decided', 'vote.cast', 'approval.opened']);
    expect(data[1]).toMatchObject({
      actor: { type: 'person', id: ada.id, name: 'Ada' },
      sentence: 'voted to approve',
      run_id: run.id,
      approval_id: run.approval.id,
    });
    expect((await read(`run=${run.id}`)).data.length).toBeGreaterThan(3);
  });

  test('can be searched by action, words, actor and time', async () => {
    const run = await api.pausedRun(await api.key(null));
    await api.vote(await api.key(ada), run.approval, { verdict: 'reject', reason: 'No.' });
    const actionsOf = async (query: string) => new Set((await read(query)).data.map(({ action }) => action));
    expect(await actionsOf('action=vote.cast')).toEqual(new Set(['vote.cast']));
    expect(await actionsOf('q=VOTE+cas')).toEqual(new Set(['vote.cast']));
    expect(await actionsOf('q=nothing-like-it')).toEqual(new Set());
    for (const actor of [ada.id, ada.email]) {
      expect((await read(`actor=${encodeURIComponent(actor)}`)).data.every((entry) => entry.actor.id === ada.id)).toBe(
        true,
      );
    }
    expect((await read('actor=nobody@example.com')).data).toEqual([]);
    const [newest] = (await read('limit=1')).data;
    const at = newest?.occurred_at ?? '';
    expect((await read(`to=${at}`)).data.some(({ id }) => id === newest?.id)).toBe(false);
    expect((await read(`from=${at}`)).data.some(({ id }) => id === newest?.id)).toBe(true);
  });

  test('pages through every line once while others are written', async () => {
    for (let at = 0; at < 5; at++) await note(`page ${at}`);
    const all = (await read('limit=200')).data.map(({ id }) => id);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof read>> = await read(`limit=3&cursor=${cursor}`);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.next_cursor;
      await note('meanwhile');
    }
    expect(seen).toEqual(all);
  });

  test.each(['cursor=x', 'limit=0', 'from=yesterday', 'actor=%00', 'who=me'])('%s answers 422', async (query) => {
    expectProblem(await api.call(auditRoute.GET, { key, path: `/api/v1/audit?${query}` }), 422);
  });
});

describe('the export', () => {
  test('as JSON lines has every line, oldest first, and is itself recorded', async () => {
    const before = (await api.actions('audit.exported')).length;
    const answer = await exported('format=jsonl');
    expect(answer.headers.get('content-type')).toContain('application/x-ndjson');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="countersign-audit-.*\.jsonl"$/);
    const lines = answer.text
      .trimEnd()
      .split('\n')
      .map((line) => auditEntry.parse(JSON.parse(line)));
    const sequences = lines.map(({ sequence }) => Number(sequence));
    expect(sequences).toEqual([...sequences].sort((one, other) => one - other));
    expect(lines.length).toBe(await api.prisma.auditEntry.count());
    expect(lines.at(-1)).toMatchObject({
      action: 'audit.exported',
      actor: { id: auditor.id },
      facts: { format: 'jsonl' },
    });
    expect((await api.actions('audit.exported')).length).toBe(before + 1);
  });

  test('takes the same filters', async () => {
    const answer = await exported('action=run.seen');
    const actions = answer.text
      .trimEnd()
      .split('\n')
      .map((line) => auditEntry.parse(JSON.parse(line)).action);
    expect(new Set(actions)).toEqual(new Set(['run.seen']));
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '＝1'])(
    'as CSV keeps a spreadsheet from running %j',
    async (name) => {
      await note('x', { type: 'person', id: 'usr_formula', name });
      const { text, headers } = await exported('format=csv&actor=usr_formula');
      expect(headers.get('content-type')).toContain('text/csv');
      expect(text.split('\r\n')[0]).toMatch(/^sequence,id,occurred_at,action,sentence,actor_type,actor_id,actor_name,/);
      expect(text).toContain(`,'${name},`);
    },
  );

  test('as CSV quotes what holds quotes, commas and line breaks', async () => {
    await note('x', { type: 'person', id: 'usr_quote', name: 'A "B", C\nD' });
    expect((await exported('format=csv&actor=usr_quote')).text).toContain(',"A ""B"", C\nD",');
  });

  test('reads in batches as it is taken, whatever the size, and stops when nobody takes more', async () => {
    const many = Array.from({ length: 1300 }, (_unused, at) => ({
      id: `aud_many_${at}`,
      action: 'run.seen',
      occurredAt: new Date(),
      actorType: 'system',
      actorId: 'many',
      actorName: 'Many',
      targets: [],
      context: {},
      metadata: { reason: 'x' },
    }));
    await api.prisma.auditEntry.createMany({ data: many });
    const open = () =>
      exportAudit(api.services, {
        format: 'jsonl',
        filter: { actor: 'many' },
        by: auditor,
        actor: { type: 'person', id: auditor.id, name: auditor.name },
        context: { surface: 'api' },
      });
    const chunks: number[] = [];
    for await (const chunk of await open()) chunks.push(new TextDecoder().decode(chunk).trimEnd().split('\n').length);
    expect(chunks).toEqual([500, 500, 300]);

    const reader = (await open()).getReader();
    const first = await reader.read();
    expect(first.done).toBe(false);
    await reader.cancel();
    expect((await reader.read()).done).toBe(true);
  });

  test('ends where the history ended when it began', async () => {
    const stream = await exportAudit(api.services, {
      format: 'jsonl',
      filter: {},
      by: null,
      actor: system,
      context: { surface: 'api' },
    });
    const upTo = await newestSequence(api.services);
    for (let at = 0; at < 3; at++) await note('later');
    const lines = (await new Response(stream).text()).trimEnd().split('\n');
    const last = z.object({ sequence: z.string() }).parse(JSON.parse(lines.at(-1) ?? ''));
    expect(BigInt(last.sequence)).toBe(upTo);
  });

  test('needs the role, in whichever way it is asked for, and a format that there is', async () => {
    const input = { format: 'csv', filter: {}, by: ada, actor: system, context: { surface: 'web' } } as const;
    await expect(exportAudit(api.services, input)).rejects.toMatchObject({ code: 'forbidden' });
    expectProblem(await exported('format=xml'), 422);
  });
});
