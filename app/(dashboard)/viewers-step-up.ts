import 'server-only';
import { stepUpNeedOf } from '@/lib/approvals/step-up';
import { requireSession } from '@/lib/auth';
import type { StepUpNeed } from '@/lib/domain/step-up';
import { services } from '@/lib/services';

/** With what the viewer is to prove that it is them, before they approve what cannot be taken back. */
export async function viewersStepUp(): Promise<StepUpNeed> {
  return stepUpNeedOf(services(), await requireSession());
}
