import { z } from 'zod';
import { appendAudit } from '@/lib/audit/append';
import type { AuditContext } from '@/lib/domain/audit';
import { actorOf, type By, demand } from '@/lib/people/people';
import type { Services } from '@/lib/services';
import { type Settings, settingsSchema, workspaceSettings } from './settings';

const { shape } = settingsSchema;

/** Some settings with their new values. Without the defaults, which would set back whatever is not named. */
export const settingsChangeSchema = z
  .strictObject({
    retentionHours: shape.retentionHours.removeDefault(),
    fourEyes: shape.fourEyes.removeDefault(),
    policySecondPerson: shape.policySecondPerson.removeDefault(),
    foreignRuns: shape.foreignRuns.removeDefault(),
    checkpointMinutes: shape.checkpointMinutes.removeDefault(),
    auditChannel: shape.auditChannel.removeDefault(),
  })
  .partial();
export type SettingsChange = z.infer<typeof settingsChangeSchema>;

const names: Record<keyof Settings, string> = {
  retentionHours: 'Gemini’s retention',
  fourEyes: 'four eyes',
  policySecondPerson: 'a second person for the policy',
  foreignRuns: 'runs of other programs',
  checkpointMinutes: 'how often the log is signed',
  auditChannel: 'the Slack channel for checkpoints',
};

/**
 * Changes settings of the workspace, each with an entry in the history. What does not change leaves none. They count for
 * what happens from now on; open approvals keep what they were opened with. Throws `forbidden` without `settings.manage`.
 */
export async function changeSettings(
  services: Pick<Services, 'db' | 'now'>,
  changes: SettingsChange,
  by: By,
  context: AuditContext,
): Promise<Settings> {
  demand(by, 'settings.manage');
  const wanted = settingsChangeSchema.parse(changes);
  return services.db.prisma.$transaction(async (tx) => {
    const before = await workspaceSettings(tx);
    const after = settingsSchema.parse({ ...before, ...defined(wanted) });
    const now = services.now();
    for (const key of settingsSchema.keyof().options) {
      if (before[key] === after[key]) continue;
      await tx.setting.upsert({
        where: { key },
        create: { key, value: after[key] },
        update: { value: after[key] },
      });
      await appendAudit(tx, now, {
        action: 'setting.changed',
        actor: actorOf(by),
        targets: [{ type: 'setting', id: key, name: names[key] }],
        context,
        facts: { setting: names[key], from: words(key, before), to: words(key, after) },
      });
    }
    return after;
  });
}

function words(key: keyof Settings, settings: Settings): string {
  switch (key) {
    case 'retentionHours':
      return `${settings.retentionHours} h`;
    case 'fourEyes':
      return settings.fourEyes ? 'on' : 'off';
    case 'policySecondPerson':
      return settings.policySecondPerson ? 'on' : 'off';
    case 'foreignRuns':
      return settings.foreignRuns;
    case 'checkpointMinutes':
      return `${settings.checkpointMinutes} min`;
    case 'auditChannel':
      return settings.auditChannel || 'none';
  }
}

function defined<T extends object>(members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>;
}
