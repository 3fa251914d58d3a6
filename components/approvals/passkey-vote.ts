import { askPasskey } from '@/components/admin/passkey';
import type { ActionAnswer, ReviewActions, VoteCommand } from '@/lib/approvals/views';

/** Has the voter's passkey sign the vote, and casts it with what it signed. */
export async function voteWithPasskey(
  actions: Pick<ReviewActions, 'passkey' | 'vote'>,
  command: VoteCommand,
): Promise<ActionAnswer> {
  const begun = await actions.passkey(command);
  if (begun === null) return actions.vote(command); // it would not count anyway: the answer says why
  const used = await askPasskey(begun.options);
  if (used.kind === 'failed') {
    return { kind: 'refused', message: 'No passkey was used, so your vote was not recorded.', problems: [] };
  }
  return actions.vote({ ...command, proof: { kind: 'passkey', nonce: begun.nonce, response: used.response } });
}
