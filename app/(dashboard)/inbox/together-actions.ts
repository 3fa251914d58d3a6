'use server';

import { refresh } from 'next/cache';
import { z } from 'zod';
import { voteRefusalText } from '@/components/approvals/wording';
import { decideTogether, findTogether } from '@/lib/approvals/together';
import type { TogetherActions, TogetherCommand } from '@/lib/approvals/views';
import { requestContext, requirePerson } from '@/lib/auth';
import { apartText } from '@/lib/domain/together';
import { services } from '@/lib/services';

const id = z.string().min(1).max(100);
const ids = z.array(id).max(100);
const command = z.object({
  calls: z.array(z.object({ id, callHash: z.string().regex(/^[0-9a-f]{64}$/) })).max(100),
  verdict: z.discriminatedUnion('verdict', [
    z.object({ verdict: z.literal('approve') }),
    z.object({
      verdict: z.literal('reject'),
      reason: z.string().trim().min(1).max(4000),
      next: z.enum(['stop', 'retry_differently', 'ask']),
    }),
  ]),
});

/** What would be decided together, or why it cannot be. */
export async function findTogetherAction(chosen: readonly string[]): ReturnType<TogetherActions['find']> {
  const viewer = await requirePerson('approvals.vote');
  const found = await findTogether(services(), ids.parse(chosen), viewer);
  return found.kind === 'together' ? found : { kind: 'apart', message: apartText[found.why] };
}

/** Decides them, and says of each what came of it. */
export async function decideTogetherAction(given: TogetherCommand): ReturnType<TogetherActions['decide']> {
  const by = await requirePerson('approvals.vote');
  const { calls, verdict } = command.parse(given);
  const answer = await decideTogether(services(), { calls, verdict, by, context: await requestContext('web') });
  refresh();
  if (answer.kind === 'apart') return { kind: 'apart', message: apartText[answer.why] };
  const said = { approve: 'Approved.', reject: 'Rejected.' }[verdict.verdict];
  return {
    kind: 'voted',
    results: answer.results.map(({ id: approvalId, effect, outcome }) => ({
      id: approvalId,
      effect,
      counted: outcome.kind !== 'refused',
      message:
        outcome.kind === 'decided'
          ? said
          : outcome.kind === 'recorded'
            ? 'Your vote counts. More people must agree.'
            : outcome.kind === 'unchanged'
              ? 'Your vote was recorded already.'
              : voteRefusalText(outcome.reason, {
                  verdict: verdict.verdict,
                  state: outcome.approval.state,
                  deadline: outcome.approval.deadline,
                  now: services().now(),
                }),
    })),
  };
}
