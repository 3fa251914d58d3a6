import { type AssertionFault, assertionHash, type PasskeyAssertion, verifyPasskeyVote } from './passkey-vote';
import type { Findings } from './report';
import type { ReceiptStatement } from './statements';

/** Whether each passkey signed the very vote that the receipt has of its voter, and whether the file has them all. */
export async function checkPasskeys(
  found: Findings,
  passkeys: readonly PasskeyAssertion[],
  receipt: ReceiptStatement,
): Promise<void> {
  for (const passkey of passkeys) {
    const { voter } = passkey.statement;
    const outcome = await verifyPasskeyVote(passkey);
    if (outcome.kind === 'fault') {
      found.fault({
        code: 'passkey_forged',
        message: `The passkey’s signature of ${voter} does not fit this call and verdict: ${assertionFaults[outcome.fault]}.`,
      });
    } else if (!isOfReceipt(passkey, receipt)) {
      found.fault({
        code: 'passkey_differs',
        message: `What the passkey of ${voter} signed is not what the receipt names: it is another vote, or was changed.`,
      });
    }
  }
  for (const { id, passkey } of receipt.voters) {
    if (passkey !== undefined && !passkeys.some(({ statement }) => statement.voter === id)) {
      found.fault({
        code: 'passkey_missing',
        message: `The receipt says that ${id} signed with a passkey; the file lacks what it signed.`,
      });
    }
  }
}

export const assertionFaults: Readonly<Record<AssertionFault, string>> = {
  malformed: 'it cannot be read',
  other_challenge: 'it was made over something else',
  nobody_there: 'nobody was there when it was made',
  forged: 'this key did not make it',
};

function isOfReceipt(passkey: PasskeyAssertion, receipt: ReceiptStatement): boolean {
  const { statement } = passkey;
  const hash = assertionHash(passkey);
  const voter = receipt.voters.find((one) => one.id === statement.voter && one.passkey === hash);
  if (voter === undefined || voter.verdict !== statement.verdict) return false;
  if (statement.approval !== receipt.approval || statement.call_hash !== receipt.call_hash) return false;
  // Of a call that was not approved the receipt does not say which arguments people had proposed.
  return (
    receipt.executed_arguments_hash === undefined ||
    statement.verdict !== 'approve' ||
    statement.arguments_hash === receipt.executed_arguments_hash
  );
}
