import type { z } from 'zod';
import type { Claim, ClaimRefusal } from '@/lib/domain/claim';
import { claimRefusalText } from '@/lib/domain/claim-words';
import { AppError } from '@/lib/errors';
import type { claimAnswer as claimSchema } from './schemas';

/** Who is on an approval, as the API tells it. */
export function claimAnswer(approvalId: string, claim: Claim | null): z.input<typeof claimSchema> {
  return {
    approval_id: approvalId,
    claim: claim && {
      person: { ...claim.holder },
      given_by: claim.givenBy && { ...claim.givenBy },
      at: claim.at.toISOString(),
      lapses_at: claim.lapsesAt.toISOString(),
    },
  };
}

/** The error that tells why a claim does not count. */
export function claimRefused(refusal: ClaimRefusal): AppError {
  const own = refusal.code === 'not_a_reviewer' || refusal.code === 'own_run' || refusal.code === 'not_in_group';
  return new AppError(own ? 'forbidden' : 'conflict', claimRefusalText(refusal), { reason: refusal.code });
}
