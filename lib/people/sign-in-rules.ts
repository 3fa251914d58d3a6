import { z } from 'zod';
import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { AuditContext } from '@/lib/domain/audit';
import { roles } from '@/lib/domain/person';
import { AppError } from '@/lib/errors';
import type { Services } from '@/lib/services';
import { actorOf, type By, demand } from './people';

const shape = z.object({
  /** Whoever has one of these roles signs in with a second factor, or adds one first. */
  secondFactorRoles: z.array(z.enum(roles)).default([]),
  /** People sign in through the sign-in service alone. */
  serviceOnly: z.boolean().default(false),
  /** Who may still sign in with their own means when the service is away: ids of people. */
  breakGlass: z.array(z.string().max(100)).max(20).default([]),
  /** API keys may approve what cannot be taken back, though nobody proves who is behind one. */
  keysMayVote: z.boolean().default(true),
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

/**
 * Whether this person's password and passkeys open nothing, because people here sign in through the sign-in service. While
 * that is off, the rule would shut everybody out, so it does not count.
 */
export async function mustUseService(tx: Transaction, personId: string): Promise<boolean> {
  const { serviceOnly, breakGlass } = await signInRules(tx);
  return serviceOnly && !breakGlass.includes(personId) && (await isServiceOn(tx));
}

const names: Record<keyof SignInRules, string> = {
  secondFactorRoles: 'roles with a second factor',
  serviceOnly: 'sign-in through the service alone',
  breakGlass: 'who may sign in without the service',
  keysMayVote: 'API keys approve what cannot be taken back',
};

/**
 * Changes the rules, with an entry in the history for each that changes. Throws `forbidden` without `settings.manage`, and
 * `invalid_input` when nobody could get in any more if the service were away.
 */
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
    await refuseLockOut(tx, after);
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

async function refuseLockOut(tx: Transaction, { serviceOnly, breakGlass }: SignInRules): Promise<void> {
  if (!serviceOnly) return;
  if (!(await isServiceOn(tx))) throw new AppError('invalid_input', 'Set up the sign-in service and turn it on first.');
  const left = await tx.user.count({
    where: {
      id: { in: breakGlass },
      role: 'admin',
      deactivatedAt: null,
      accounts: { some: { providerId: 'credential', password: { not: null } } },
    },
  });
  if (left === 0) {
    throw new AppError(
      'invalid_input',
      'Choose at least one admin with a password who gets in when the service is away.',
    );
  }
}

async function isServiceOn(tx: Transaction): Promise<boolean> {
  return (await tx.oidcService.count({ where: { enabled: true } })) > 0;
}

function words(value: SignInRules[keyof SignInRules]): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return value.length === 0 ? 'none' : value.join(', ');
}
