import { z } from 'zod';
import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { AuditContext } from '@/lib/domain/audit';
import type { Person } from '@/lib/domain/person';
import { AppError } from '@/lib/errors';
import { actorOf, demand } from '@/lib/people/people';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';
import { countDue, type RetentionKind, retentionKinds } from './store';

/** After how many months each kind of content is erased; null: it is kept. Records and the log itself always stay. */
export type RetentionRules = Readonly<Record<RetentionKind, number | null>>;

/** The shortest time: what was decided must be explainable for half a year at least. */
export const shortestMonths = 6;

const months = z.number().int().min(shortestMonths, `Keep everything for ${shortestMonths} months at least.`).max(240);
const schema = z.strictObject({
  events: months.nullable(),
  results: months.nullable(),
  steps: months.nullable(),
  personal: months.nullable(),
});
const keepAll: RetentionRules = { events: null, results: null, steps: null, personal: null };
const settingKey = 'retention';

/** The rules in force; without any, everything is kept. */
export async function retentionRules(tx: Transaction): Promise<RetentionRules> {
  const row = await tx.setting.findUnique({ where: { key: settingKey } });
  const read = schema.safeParse(row?.value);
  return read.success ? read.data : keepAll;
}

/** What is older than this is erased. */
export function cutoff(monthsKept: number, now: Date): Date {
  const instant = new Date(now);
  instant.setUTCMonth(instant.getUTCMonth() - monthsKept);
  return instant;
}

export type RetentionCounts = Readonly<Record<RetentionKind, Readonly<{ count: number; more: boolean }>>>;

const countedUpTo = 100_000;

/** How much rules would erase at once, counted up to a hundred thousand. Throws `forbidden` without `settings.manage`. */
export async function previewRetention(
  services: Pick<Services, 'db' | 'now'>,
  rules: unknown,
  by: Person,
): Promise<RetentionCounts> {
  demand(by, 'settings.manage');
  const wanted = parseRules(rules);
  const counts = await Promise.all(
    retentionKinds.map(async (kind) => {
      const kept = wanted[kind];
      const count =
        kept === null ? 0 : await countDue(services.db, kind, cutoff(kept, services.now()), countedUpTo + 1);
      return [kind, { count: Math.min(count, countedUpTo), more: count > countedUpTo }] as const;
    }),
  );
  return Object.fromEntries(counts) as RetentionCounts;
}

/** Sets the rules, with an entry in the history; a job applies them at once and from then on each hour. */
export async function changeRetention(
  services: Pick<Services, 'db' | 'now'>,
  rules: unknown,
  by: Person,
  context: AuditContext,
): Promise<{ kind: 'done' | 'unchanged' }> {
  demand(by, 'settings.manage');
  const wanted = parseRules(rules);
  return services.db.prisma.$transaction(async (tx) => {
    const before = await retentionRules(tx);
    if (retentionKinds.every((kind) => before[kind] === wanted[kind])) return { kind: 'unchanged' };
    await tx.setting.upsert({
      where: { key: settingKey },
      create: { key: settingKey, value: wanted },
      update: { value: wanted },
    });
    await appendAudit(tx, services.now(), {
      action: 'setting.changed',
      actor: actorOf(by),
      targets: [{ type: 'setting', id: settingKey, name: 'retention' }],
      context,
      facts: { setting: 'retention', from: words(before), to: words(wanted) },
    });
    await enqueue(tx, 'retention.apply', {}, { key: 'retention.apply' });
    return { kind: 'done' };
  });
}

function parseRules(rules: unknown): RetentionRules {
  const read = schema.safeParse(rules);
  if (read.success) return read.data;
  throw new AppError('invalid_input', read.error.issues[0]?.message ?? 'These are no rules of retention.');
}

function words(rules: RetentionRules): string {
  return retentionKinds.map((kind) => `${kind} ${rules[kind] === null ? 'kept' : `${rules[kind]} months`}`).join(', ');
}
