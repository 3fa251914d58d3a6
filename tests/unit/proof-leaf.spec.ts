import { describe, expect, test } from 'vitest';
import type { AuditRecord } from '@/lib/domain/audit';
import {
  leafText,
  type PersonalData,
  personalText,
  readableEntry,
  type SealedEntry,
  splitRecord,
} from '@/lib/domain/proof/leaf';

const ada = { type: 'person' as const, id: 'usr_ada', name: 'Ada' };
const grace = { type: 'person' as const, id: 'usr_grace', name: 'Grace' };
const fromWeb = {
  surface: 'web' as const,
  ip: '192.0.2.1',
  userAgent: 'Firefox',
  slack: { team: 'T1', user: 'U1', channel: 'C1' },
};

const settled: AuditRecord = {
  action: 'resume.settled',
  actor: ada,
  targets: [{ type: 'pause', id: 'pau_1' }, grace],
  context: fromWeb,
  facts: { action: 'close', reason: 'Ada’s own words' },
  runId: 'run_1',
};

const seal = (record: AuditRecord): { entry: SealedEntry; personal: ReadonlyMap<string, PersonalData> } => {
  const { open, personal } = splitRecord(record);
  const commitments = Object.fromEntries([...personal.keys()].map((subject) => [subject, '0'.repeat(64)]));
  const at = new Date('2026-11-25T08:00:00.125Z');
  return { entry: { version: 1, id: 'aud_1', occurredAt: at, ...open, personal: commitments }, personal };
};

describe('a record is taken apart', () => {
  test('what it says of people goes to each of them, in the shape of the entry', () => {
    expect(Object.fromEntries(splitRecord(settled).personal)).toEqual({
      usr_ada: {
        actor: { name: 'Ada' },
        context: { ip: '192.0.2.1', userAgent: 'Firefox', slack: { user: 'U1' } },
        metadata: { reason: 'Ada’s own words' },
      },
      usr_grace: { targets: { 1: { name: 'Grace' } } },
    });
  });

  test('the leaf holds nothing of it', () => {
    const text = leafText(seal(settled).entry);
    for (const word of ['Ada', 'Grace', '192.0.2.1', 'Firefox', 'U1', 'words']) expect(text).not.toContain(word);
    expect(text).toBe(
      `{"action":"resume.settled","actor":{"id":"usr_ada","type":"person"},"approval_id":null,` +
        `"context":{"slack":{"channel":"C1","team":"T1"},"surface":"web"},"id":"aud_1","metadata":{"action":"close"},` +
        `"occurred_at":"2026-11-25T08:00:00.125Z","personal":{"usr_ada":"${'0'.repeat(64)}","usr_grace":"${'0'.repeat(64)}"},` +
        `"run_id":"run_1","targets":[{"id":"pau_1","type":"pause"},{"id":"usr_grace","type":"person"}],"version":1}`,
    );
  });

  test('who asked for a run, and the name of a key, are of nobody with an account', () => {
    const record: AuditRecord = {
      action: 'run.started',
      actor: { type: 'api_key', id: 'key_1', name: 'Ada’s script' },
      targets: [{ type: 'run', id: 'run_1' }],
      context: { surface: 'api', keyId: 'key_1' },
      facts: { agent: 'Refunds', requester: 'ada@example.com' },
    };
    expect(Object.fromEntries(splitRecord(record).personal)).toEqual({
      '-': { actor: { name: 'Ada’s script' }, metadata: { requester: 'ada@example.com' } },
    });
    const nameless: AuditRecord = { ...record, facts: { agent: null, requester: null } };
    expect(splitRecord(nameless).open.metadata).toEqual({ agent: null, requester: null });
  });

  test('names of things stay in the leaf, and what the system did says nothing of people', () => {
    const { open, personal } = splitRecord({
      action: 'approval.expired',
      actor: { type: 'system', id: 'countersign', name: 'Countersign' },
      targets: [{ type: 'approval', id: 'apr_1', name: 'issue_refund' }],
      context: { surface: 'worker' },
      facts: { tool: 'issue_refund', deadline: '2026-11-25T08:00:00.000Z' },
    });
    expect(personal.size).toBe(0);
    expect(open).toMatchObject({ actor: { name: 'Countersign' }, targets: [{ name: 'issue_refund' }] });
  });

  test('one who acts on themselves is one subject', () => {
    const { personal } = splitRecord({
      action: 'sign_in.succeeded',
      actor: ada,
      targets: [ada],
      context: { surface: 'web' },
      facts: { method: 'password' },
    });
    expect([...personal]).toEqual([['usr_ada', { actor: { name: 'Ada' }, targets: { 0: { name: 'Ada' } } }]]);
  });
});

describe('an entry is put together again', () => {
  test('with all that is known it reads as it was written', () => {
    const { entry, personal } = seal(settled);
    expect(readableEntry(entry, personal)).toEqual({
      actor: ada,
      targets: settled.targets,
      context: fromWeb,
      facts: settled.facts,
      erased: false,
    });
  });

  test('what was erased says so, and the rest stays', () => {
    const { entry, personal } = seal(settled);
    const left = new Map([...personal].filter(([subject]) => subject === 'usr_grace'));
    expect(readableEntry(entry, left)).toEqual({
      actor: { ...ada, name: 'erased' },
      targets: settled.targets,
      context: { surface: 'web', slack: { team: 'T1', channel: 'C1' } },
      facts: { action: 'close', reason: 'erased' },
      erased: true,
    });
  });
});

test('a commitment binds the canonical text, whatever the order of members', () => {
  expect(personalText({ b: 'ü', a: { d: '1', c: '2' } })).toBe('{"a":{"c":"2","d":"1"},"b":"ü"}');
});
