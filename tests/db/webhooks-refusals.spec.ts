import { afterEach, beforeEach, expect, test } from 'vitest';
import { growLog } from '@/lib/audit/grow';
import { recordRefusals } from '@/lib/webhooks/record-refusals';
import { openWorkspace, type Workspace } from './people-fixture';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openWorkspace();
});
afterEach(() => workspace.close());

const minute = (text: string) => new Date(`2026-11-25T08:${text}:00Z`);
const at = (text: string) => ({ ...workspace.services, now: () => minute(text) });
const entries = async () =>
  (await workspace.prisma.auditEntry.findMany({ where: { action: 'event.refused' }, orderBy: { seq: 'asc' } })).map(
    ({ context, metadata }) => [(context as { surface: string }).surface, metadata],
  );

test('refused deliveries leave one entry for each minute and reason, once the minute is over', async () => {
  await workspace.prisma.webhookRefusal.createMany({
    data: [
      { minute: minute('10'), reason: 'no_match', count: 4000 },
      { minute: minute('10'), reason: 'slack.wrong', count: 1 },
      { minute: minute('14'), reason: 'stale', count: 2 },
    ],
  });
  await recordRefusals(at('11'));
  expect(await entries()).toEqual([]);
  await Promise.all([recordRefusals(at('14')), recordRefusals(at('14'))]);
  await recordRefusals(at('14'));
  expect(await entries()).toEqual([
    ['webhook', { sender: 'Gemini', reason: 'no_match', count: 4000, minute: minute('10').toISOString() }],
    ['slack', { sender: 'Slack', reason: 'wrong', count: 1, minute: minute('10').toISOString() }],
  ]);
  await recordRefusals(at('17'));
  expect(await entries()).toHaveLength(3);
  expect(await growLog(workspace.services)).toBeGreaterThanOrEqual(3);
});
