import { z } from 'zod';
import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { AuditContext } from '@/lib/domain/audit';
import { roles } from '@/lib/domain/person';
import type { Services } from '@/lib/services';
import { actorOf, type By, demand } from './people';

const shape = z.object({
  /** Whoever has one of these roles signs in with a second factor, or adds one first. */
  secondFactorRoles: z.array(z.enum(roles)).default([]),
});

export type SignInRules = z.infer<typeof shape>;
export const signInRulesSchema = shape.partial();
export type SignInRulesChange = z.infer<typeof signInRulesSchema>;

const key = 'sign_in.rules';

/** What the workspace asks of those who sign in. */
export async function signInRules(tx: Transaction): Promise<SignInRules> {
  const row = await tx.setting.findUnique({ where: { key } });
  const parsed = shape.safeParse(row?.value ?? {});
  return parsed.success ? parsed.data : shape.parse({});
}

const names: Record<keyof SignInRules, string> = { secondFactorRoles: 'roles with a second factor' };

/** Changes the rules, with an entry in the history for each that changes. Throws `forbidden` without `settings.manage`. */
export async function changeSignInRules(
  services: Pick<Services, 'db' | 'now'>,
  changes: SignInRulesChange,
  by: By,
  context: AuditContext,
): Promise<SignInRules> {
  demand(by, 'settings.manage');
  return services.db.prisma.$transaction(async (tx) => {
    const before = await signInRules(tx);
    const after = shape.parse({ ...before, ...changes });
    await tx.setting.upsert({ where: { key }, create: { key, value: after }, update: { value: after } });
    for (const rule of shape.keyof().options) {
      const [from, to] = [words(before[rule]), words(after[rule])];
      if (from === to) continue;
      await appendAudit(tx, services.now(), {
        action: 'setting.changed',
        actor: actorOf(by),
        targets: [{ type: 'setting', id: key, name: names[rule] }],
        context,
        facts: { setting: names[rule], from, to },
      });
    }
    return after;
  });
}

function words(value: SignInRules[keyof SignInRules]): string {
  return value.length === 0 ? 'none' : value.join(', ');
}
