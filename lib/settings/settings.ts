import { z } from 'zod';
import type { Transaction } from '@/lib/db';

/** What a whole workspace agrees on; each has a default that is safe. */
const shape = {
  /** How long Gemini keeps an interaction: 24 on the free tier, up to 55 days when paid. */
  retentionHours: z
    .number()
    .int()
    .min(1)
    .max(55 * 24)
    .default(24),
  /** The requester of a run may not vote on it. */
  fourEyes: z.boolean().default(true),
  /** Whoever changed a draft of the policy may not put it in force. */
  policySecondPerson: z.boolean().default(false),
  /** What happens to runs that other programs started: not kept, shown, or adopted where an agent's profile fits. */
  foreignRuns: z.enum(['ignore', 'show', 'adopt']).default('adopt'),
  /** How often the audit log is signed while it grows. */
  checkpointMinutes: z
    .number()
    .int()
    .min(1)
    .max(24 * 60)
    .default(5),
  /** The Slack channel that keeps checkpoints, `C…` or `T…/C…`; empty: none. */
  auditChannel: z
    .string()
    .regex(/^(([TE][A-Z0-9]{2,}\/)?[CG][A-Z0-9]{2,})?$/)
    .default(''),
} as const;

export type Settings = Readonly<{ [K in keyof typeof shape]: z.infer<(typeof shape)[K]> }>;
export const settingsSchema = z.object(shape);

/** The settings as they stand; a value that no longer fits its type counts as its default. */
export async function workspaceSettings(tx: Transaction): Promise<Settings> {
  const rows = await tx.setting.findMany({ where: { key: { in: Object.keys(shape) } } });
  const stored = new Map(rows.map((row) => [row.key, row.value]));
  const read = <K extends keyof typeof shape>(key: K): Settings[K] => {
    const parsed = shape[key].safeParse(stored.get(key) ?? undefined);
    return (parsed.success ? parsed.data : shape[key].parse(undefined)) as Settings[K];
  };
  return {
    retentionHours: read('retentionHours'),
    fourEyes: read('fourEyes'),
    foreignRuns: read('foreignRuns'),
    checkpointMinutes: read('checkpointMinutes'),
    auditChannel: read('auditChannel'),
    policySecondPerson: read('policySecondPerson'),
  };
}
