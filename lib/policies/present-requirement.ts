import type { Transaction } from '@/lib/db';
import type { Approval } from '@/lib/domain/approval';
import type { JsonObject } from '@/lib/domain/json';
import { type Asked, refusalOf, stricter } from '@/lib/domain/policy/stricter';
import { workspaceSettings } from '@/lib/settings/settings';
import { toolSettings } from '@/lib/tools/store';
import { callFacts, runFactColumns, runFacts } from './facts';
import { lockCounts } from './lookups-store';
import { policiesInForce } from './published-store';

export type PresentRequirement =
  | { asked: Asked; refusal: null } // what holds: what was asked when the call came, and what is asked now
  | { asked: null; refusal: string | null }; // null: nothing has changed

/**
 * Judges a pending call again: with the arguments that somebody proposes, or, when the policy that judged it is no longer in
 * force, as it came. The caller has locked the run.
 */
export async function presentRequirement(
  tx: Transaction,
  approval: Approval,
  proposed: JsonObject | null,
  now: Date,
): Promise<PresentRequirement> {
  const policies = await policiesInForce(tx);
  if (proposed === null && approval.requirement.policyVersion === policies.published.version) {
    return { asked: null, refusal: null };
  }
  const { name } = approval.call;
  const tool = (await toolSettings(tx, [name])).get(name) ?? null;
  const { fourEyes } = await workspaceSettings(tx);
  await lockCounts(tx, policies.published.document?.lookups ?? {}, [name]);
  const run = await tx.run.findUniqueOrThrow({ where: { id: approval.runId }, select: runFactColumns });
  const common = await runFacts(tx, run, { fourEyes, now });
  const call = proposed === null ? approval.call : { ...approval.call, arguments: proposed };
  const facts = await callFacts(tx, common, call, tool, policies, approval.id);
  const judgement = policies.published.judge(facts.published);
  const refusal = refusalOf(judgement);
  if (refusal !== null) return { asked: null, refusal };
  const both = stricter(approval, judgement);
  if (both !== null) return { asked: both, refusal: null };
  const { rule, groups } = judgement.requirement;
  if (proposed === null) {
    // The policy of now says whom to ask, when it asks none of those whom the one of then asked.
    const open = { ...approval, requirement: { ...approval.requirement, groups } };
    return { asked: stricter(open, judgement) ?? judgement, refusal: null };
  }
  return {
    asked: null,
    refusal: `Rule “${rule}” asks ${groups.join(' or ')}, who were not asked here. Reject it and say what the agent should ask for.`,
  };
}
