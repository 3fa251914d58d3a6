import { toast } from '@/components/ui/toast';
import type { ClaimActions } from '@/lib/approvals/views';

/** Takes a request of a list. One that somebody else is on is taken over on its own page, where they can be seen. */
export async function claimRow(claim: ClaimActions['claim'], approvalId: string): Promise<void> {
  try {
    const { kind, message } = await claim(approvalId, null);
    toast(message, { tone: kind === 'done' ? 'success' : 'warning' });
  } catch {
    toast('The server could not be reached. Reload the page and look again.', { tone: 'warning' });
  }
}
