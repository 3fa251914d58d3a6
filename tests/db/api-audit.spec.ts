import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as exportRoute from '@/app/api/v1/audit/export/route';
import * as auditRoute from '@/app/api/v1/audit/route';
import { auditPage } from '@/lib/api/schemas';
import { appendAudit } from '@/lib/audit/append';
import { exportAudit } from '@/lib/audit/export';
import { growLog } from '@/lib/audit/grow';
import { publishedKeys } from '@/lib/audit/signing-keys';
import { system } from '@/lib/domain/audit';
import type { Person } from '@/lib/domain/person';
import { parseLeaf } from '@/lib/domain/proof/entry';
import { exportFormats, parseRecord } from '@/lib/domain/proof/export-lines';
import { keysOf } from '@/lib/domain/proof/jws';
import { verifyFile } from '@/lib/domain/proof/verify';
import { execute } from '@/lib/launch/database.mjs';
import { stream } from '@/tests/support/proof';
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
  const keys = async () => keysOf(await publishedKeys(api.services));
  const verified = async (text: string) => verifyFile(stream(text), { keys: await keys() });
  const records = (text: string) =>
    text
      .split('\n')
      .map((line) => parseRecord('jsonl', line))
      .filter((record) => record !== null);
  const idsIn = (text: string) =>
    records(text).flatMap((record) => (record.kind === 'entry' ? [parseLeaf(record.leaf)?.id ?? ''] : []));
  const input = {
    format: 'jsonl' as const,
    filter: {},
    by: null,
    actor: system,
    context: { surface: 'api' as const },
  };

  test('as JSON lines has every line in the order of the log, verifies, and is itself recorded', async () => {
    const before = (await api.actions('audit.exported')).length;
    await api.pausedRun(await api.key(null));
    const answer = await exported('format=jsonl');
    expect(answer.headers.get('content-type')).toContain('application/x-ndjson');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="countersign-audit-.*\.jsonl"$/);
    const report = await verified(answer.text);
    expect(report.faults).toEqual([]);
    expect(report.verdict).toBe('verified');
    const ids = idsIn(answer.text);
    expect(String(ids.length)).toBe(answer.headers.get('x-total-count'));
    const starts = await api.prisma.auditEntry.findMany({ where: { action: 'audit.exported' } });
    expect(ids.length).toBe((await api.prisma.auditEntry.count()) - 1); // all but its own end
    expect(ids).toContain(starts.at(-1)?.id);
    expect((await api.actions('audit.exported')).at(-1)).toMatchObject({
      actorId: auditor.id,
      facts: { format: 'jsonl' },
    });
    expect((await api.actions('audit.exported')).length).toBe(before + 1);
    expect((await api.actions('audit.export_finished')).at(-1)).toMatchObject({ facts: { entries: ids.length } });
  });

  test.each(exportFormats)('takes the same filters as the list, and verifies as %s', async (format) => {
    for (const query of [
      'action=run.seen',
      `actor=${encodeURIComponent(auditor.email)}`,
      'q=paused',
      'from=2099-01-01T00:00:00Z',
    ]) {
      await note('about a paused run');
      const answer = await exported(`format=${format}&${query}`);
      const report = await verified(answer.text);
      expect(report.faults).toEqual([]);
      expect(report.verdict).toBe('verified');
      if (format !== 'jsonl') continue;
      const listed = new Set((await read(`limit=200&${query}`)).data.map(({ id }) => id));
      for (const id of idsIn(answer.text)) expect(listed).toContain(id);
      expect(idsIn(answer.text).length).toBe(Number(answer.headers.get('x-total-count')));
    }
    expect(idsIn((await exported('action=run.seen')).text).length).toBeGreaterThan(0);
  });

  test('as OCSF is API Activity, one event an entry', async () => {
    await note('x');
    const { text, headers } = await exported('format=ocsf&action=run.seen');
    expect(headers.get('content-disposition')).toContain('.ocsf.jsonl');
    const events = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter((event) => event.class_uid !== undefined);
    expect(events[0]).toMatchObject({
      class_uid: 6003,
      category_uid: 6,
      activity_id: 2,
      type_uid: 600302,
      severity_id: 1,
      status_id: 1,
      metadata: { version: '1.5.0', product: { name: 'Countersign' } },
      api: { operation: 'run.seen' },
      actor: { app_name: 'Countersign' },
      src_endpoint: { svc_name: 'worker' },
    });
    expect(Number.isInteger(events[0].time)).toBe(true);
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '＝1'])(
    'as CSV keeps a spreadsheet from running %j',
    async (name) => {
      await note('x', { type: 'person', id: 'usr_formula', name });
      const { text, headers } = await exported('format=csv&actor=usr_formula');
      expect(headers.get('content-type')).toContain('text/csv');
      expect(text.split('\r\n')[0]).toMatch(
        /^record,leaf_index,id,occurred_at,action,sentence,actor_type,actor_id,actor_name,/,
      );
      expect(text).toContain(`,'${name},`);
      expect((await verified(text)).verdict).toBe('verified');
    },
  );

  test('as CSV quotes what holds quotes and commas, and keeps a row on its line', async () => {
    await note('x', { type: 'person', id: 'usr_quote', name: 'A "B", C\nD' });
    expect((await exported('format=csv&actor=usr_quote')).text).toContain(',"A ""B"", C D",');
  });

  test('goes on after a broken connection from the last cursor, and the joined file verifies', async () => {
    const many = Array.from({ length: 2300 }, (_unused, at) => ({
      id: `aud_many_${String(at).padStart(5, '0')}`,
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
    for (const format of exportFormats) {
      for (const query of ['', '&actor=many']) {
        const whole = (await exported(`format=${format}${query}`)).text;
        const cut = whole.slice(0, Math.floor(whole.length * 0.8));
        const lines = cut.split('\n');
        const last = lines.findLastIndex((line) => parseRecord(format, line)?.kind === 'cursor');
        const record = parseRecord(format, lines[last] ?? '');
        if (record?.kind !== 'cursor') throw new Error('no cursor');
        await note('meanwhile', { type: 'person', id: 'many', name: 'Many' });
        const rest = await exported(`format=${format}&cursor=${record.jws}`);
        const joined = `${lines.slice(0, last + 1).join('\n')}\n${rest.text}`;
        const report = await verified(joined);
        expect(report.faults).toEqual([]);
        expect(report.verdict).toBe('verified');
        expect(joined.split('\n').length).toBe(whole.split('\n').length);
        const other = format === 'csv' ? 'jsonl' : 'csv';
        expectProblem(await exported(`format=${other}&cursor=${record.jws}`), 422);
        expectProblem(await exported(`format=${format}&cursor=${record.jws.slice(0, -3)}AAA`), 422);
      }
    }
  });

  test('reads in batches as it is taken, whatever the size, and stops when nobody takes more', async () => {
    const reader = (await exportAudit(api.services, input)).stream.getReader();
    const first = await reader.read();
    expect(first.done).toBe(false);
    await reader.cancel();
    expect((await reader.read()).done).toBe(true);
  });

  test('ends where the history ended when it began', async () => {
    const { stream: bytes, size } = await exportAudit(api.services, input);
    for (let at = 0; at < 3; at++) await note('later');
    const text = await new Response(bytes).text();
    expect(idsIn(text).length).toBe(size);
    expect((await verified(text)).verdict).toBe('verified');
  });

  test('says what was erased, and still verifies', async () => {
    await note('x', { type: 'person', id: 'usr_gone', name: 'Gone Person' });
    await api.prisma.auditPersonal.deleteMany({ where: { subject: 'usr_gone' } });
    const { text } = await exported('format=jsonl');
    expect(text).not.toContain('Gone Person');
    const report = await verified(text);
    expect(report.verdict).toBe('verified');
    expect(report.notChecked.join(' ')).toContain('erased');
  });

  test('an entry that was changed in the database is named by whoever verifies the export', async () => {
    await note('as it was');
    await growLog(api.services);
    const { id } = await api.prisma.auditEntry.findFirstOrThrow({
      where: { action: 'run.seen' },
      orderBy: { seq: 'desc' },
    });
    await execute(api.adminUrl, `alter table audit_entry disable trigger user`, []);
    await execute(api.adminUrl, `update audit_entry set metadata = '{"reason":"as it never was"}' where id = $1`, [id]);
    await execute(api.adminUrl, `alter table audit_entry enable always trigger audit_entry_is_append_only`, []);
    const report = await verified((await exported('format=jsonl')).text);
    expect(report.verdict).toBe('failed');
    expect(report.faults).toMatchObject([{ code: 'entry_changed', entry: id }, { code: 'root_differs' }]);
    await execute(api.adminUrl, `alter table audit_entry disable trigger user`, []);
    await execute(api.adminUrl, `update audit_entry set metadata = '{"reason":"as it was"}' where id = $1`, [id]);
    await execute(api.adminUrl, `alter table audit_entry enable always trigger audit_entry_is_append_only`, []);
    expect((await verified((await exported('format=jsonl')).text)).verdict).toBe('verified');
  });

  test('needs the role, in whichever way it is asked for, and a format that there is', async () => {
    await expect(exportAudit(api.services, { ...input, by: ada })).rejects.toMatchObject({ code: 'forbidden' });
    expectProblem(await exported('format=xml'), 422);
    expectProblem(await exported('cursor=x'), 422);
  });
});
