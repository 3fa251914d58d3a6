import type { Json } from '../json';
import { canonicalHash, sha256, sha256Hex, utf8 } from './digest';
import { parseLeaf } from './entry';
import type { Keys } from './jws';
import { hashFromHex, leafHash, rootFromInclusion, toHex } from './merkle';
import { parseReceiptFile, type ReceiptFile, renderReceiptFile } from './receipt-file';
import { type Findings, findings, type Report } from './report';
import { signedStatement } from './signature';
import { type CheckpointStatement, checkpointIn, type ReceiptStatement, receiptIn } from './statements';
import { checkPasskeys } from './verify-passkeys';

/** The action of the entry that a receipt's hash stands in. */
export const receiptAction = 'receipt.issued';

/**
 * Verifies a receipt file: the signature, that the entry in it is about this very receipt, and that the entry is in the log
 * which the checkpoint signs. `args`: what somebody is about to run, to be compared with what was allowed.
 */
export async function verifyReceipt(
  text: string,
  { keys, known, args }: { keys: Keys | null; known: readonly CheckpointStatement[]; args?: Json | undefined },
): Promise<Report> {
  const found = findings();
  const file = parseReceiptFile(text);
  if (file === null) {
    found.fault({ code: 'unreadable', message: 'The file is no receipt of ours, or not whole.' });
    return found.report('receipt', 'A receipt');
  }
  if (renderReceiptFile(file) !== text) {
    found.fault({
      code: 'not_as_written',
      message: 'The file is not written as we write it: something was changed beside what is signed.',
    });
  }
  const receipt = await signedStatement(found, { jws: file.receipt, keys, name: 'the receipt', parse: receiptIn });
  const checkpoint = await signedStatement(found, {
    jws: file.checkpoint,
    keys,
    name: 'the checkpoint',
    parse: checkpointIn,
  });
  checkEntry(found, file, receipt);
  if (checkpoint !== null) checkInclusion(found, file, checkpoint, receipt);
  if (receipt !== null) await checkPasskeys(found, file.passkeys, receipt);
  if (receipt !== null && args !== undefined) checkArguments(found, receipt, args);
  if (checkpoint !== null) for (const other of known) checkKnown(found, checkpoint, other);
  if (keys === null) found.open('No keys were given, so no signature was checked.');
  if (!found.failed() && receipt !== null && checkpoint !== null)
    summarize(found, file, receipt, checkpoint, { keys, args });
  return found.report('receipt', receipt === null ? 'A receipt' : `Receipt of the decision on ${receipt.tool}`);
}

const deciders: Readonly<Record<ReceiptStatement['decided_by'], string>> = {
  people: 'people',
  rule: 'a rule, without people',
  clock: 'nobody: the deadline passed',
};

function checkEntry(found: Findings, file: ReceiptFile, receipt: ReceiptStatement | null) {
  const entry = parseLeaf(file.entry.leaf);
  if (entry === null || entry.action !== receiptAction) {
    return found.fault({
      code: 'other_entry',
      message: 'The entry in the file is not one that a receipt was issued in.',
    });
  }
  if (entry.metadata.receiptHash !== sha256Hex(file.receipt)) {
    found.fault({
      code: 'other_entry',
      message: `Entry ${entry.id} was written for another receipt: the hash in it is not this receipt’s.`,
      entry: entry.id,
    });
  }
  if (receipt !== null && entry.approvalId !== receipt.approval) {
    found.fault({
      code: 'other_entry',
      message: `Entry ${entry.id} is about ${entry.approvalId ?? 'no approval'}; the receipt is for ${receipt.approval}.`,
      entry: entry.id,
    });
  }
}

function checkInclusion(
  found: Findings,
  file: ReceiptFile,
  checkpoint: CheckpointStatement,
  receipt: ReceiptStatement | null,
) {
  const { leaf_index: index, tree_size: size, path } = file.proof;
  if (size !== checkpoint.size) {
    return found.fault({
      code: 'checkpoint_differs',
      message: `The checkpoint is of ${checkpoint.size} entries; the proof is for a log of ${size}.`,
    });
  }
  if (receipt !== null && receipt.log !== checkpoint.log) {
    found.fault({
      code: 'other_log',
      message: `The checkpoint is of ${checkpoint.log}; the receipt was issued in ${receipt.log}.`,
    });
  }
  const hashes = path.map(hashFromHex).filter((hash) => hash !== null);
  const leaf = leafHash(sha256, utf8(file.entry.leaf));
  const root =
    hashes.length === path.length ? rootFromInclusion(sha256, { index, size, leafHash: leaf, path: hashes }) : null;
  if (root === null) {
    found.fault({
      code: 'not_in_log',
      message: `The proof is none of entry ${index} in a log of ${size}.`,
      leaf: index,
    });
  } else if (toHex(root) !== checkpoint.root) {
    found.fault({
      code: 'not_in_log',
      message: `The entry is not number ${index} of the log that the checkpoint signs: the entry or its proof was changed, or is of another entry.`,
      leaf: index,
    });
  }
}

function checkArguments(found: Findings, receipt: ReceiptStatement, args: Json): void {
  const hash = canonicalHash(args);
  if (receipt.decision !== 'approved') {
    found.fault({ code: 'other_arguments', message: `Nothing was approved: the decision is “${receipt.decision}”.` });
  } else if (hash !== (receipt.executed_arguments_hash ?? receipt.arguments_hash)) {
    const proposed =
      hash === receipt.arguments_hash ? ' They are those that the model proposed, which people changed.' : '';
    found.fault({
      code: 'other_arguments',
      message: `The receipt is for other arguments than these.${proposed}`,
    });
  }
}

function checkKnown(found: Findings, own: CheckpointStatement, known: CheckpointStatement): void {
  if (known.log !== own.log) {
    found.fault({
      code: 'other_log',
      message: `The checkpoint given is of ${known.log}; the receipt’s is of ${own.log}.`,
    });
  } else if (known.size === own.size && known.root !== own.root) {
    found.fault({
      code: 'checkpoint_differs',
      message: `The checkpoint given signs another root for the same ${own.size} entries: there are two histories.`,
    });
  } else if (known.size === own.size) {
    found.checked(`The receipt’s log is the one of the checkpoint of ${known.time}.`);
  } else {
    found.open(
      `The checkpoint given is of ${known.size} entries, the receipt’s of ${own.size}: an export shows whether one leads to the other.`,
    );
  }
}

function summarize(
  found: Findings,
  file: ReceiptFile,
  receipt: ReceiptStatement,
  checkpoint: CheckpointStatement,
  { keys, args }: { keys: Keys | null; args: Json | undefined },
): void {
  found.fact('Decision', receipt.decision);
  found.fact('Function', receipt.tool);
  found.fact('Decided', `${receipt.decided_at}, by ${deciders[receipt.decided_by]}`);
  for (const voter of receipt.voters)
    found.fact(
      'Vote',
      `${voter.id}: ${voter.verdict}, ${voter.surface}, ${voter.at}${voter.passkey === undefined ? '' : ', signed with a passkey'}`,
    );
  found.fact('Rule', `${receipt.rule} (policy version ${receipt.policy_version})`);
  found.fact('Approval', receipt.approval);
  found.fact('Interaction', receipt.interaction);
  found.fact('Call', receipt.call_id);
  found.fact('Call hash', receipt.call_hash);
  found.fact('Arguments hash', receipt.arguments_hash);
  if (receipt.executed_arguments_hash !== undefined) {
    const changed = receipt.executed_arguments_hash !== receipt.arguments_hash;
    found.fact('Approved arguments hash', `${receipt.executed_arguments_hash}${changed ? ' (changed by people)' : ''}`);
  }
  found.fact(
    'Log',
    `${checkpoint.log}, entry ${file.proof.leaf_index} of ${checkpoint.size}, signed ${checkpoint.time}`,
  );
  if (keys !== null) found.checked('Receipt and checkpoint are signed by published keys.');
  found.checked('The log has an entry that names exactly this receipt.');
  found.checked('That entry is in the log which the checkpoint signs.');
  const signed = file.passkeys.length;
  if (signed > 0) {
    const whose = signed === 1 ? 'A voter’s passkey signed' : `The passkeys of ${signed} voters signed`;
    found.checked(`${whose} exactly this call and verdict, with somebody there.`);
    found.note('That the passkeys are those of these people: the receipt says so.');
  }
  if (args !== undefined) found.checked('The arguments given are those that were approved.');
  else found.note('Which arguments these hashes are of: give the arguments to compare them.');
  found.note('Whether the call was carried out, and what came of it.');
  found.note('Who the people behind the ids are.');
}
