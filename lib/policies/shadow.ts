import type { Transaction } from '@/lib/db';
import { judgementWords } from '@/lib/domain/policy/check';
import { differs } from '@/lib/domain/policy/comparison';
import type { Judgement } from '@/lib/domain/policy/judge';

/** Keeps what a draft said of a call beside the policy in force. Nothing follows from it. */
export async function keepShadow(
  tx: Transaction,
  input: { version: number; judgement: Judgement; approvalId: string; enforced: Judgement; now: Date },
): Promise<void> {
  const { version, judgement, approvalId, enforced, now } = input;
  const draft = await tx.policyVersion.findUnique({ where: { version }, select: { revision: true } });
  if (draft === null) return;
  await tx.policyShadow.createMany({
    data: {
      version,
      approvalId,
      revision: draft.revision,
      at: now,
      differs: differs(enforced, judgement),
      said: judgementWords(judgement).slice(0, 500),
      enforced: judgementWords(enforced).slice(0, 500),
    },
    skipDuplicates: true,
  });
}
