/** What can be wrong. Each names one kind of fault, for programs; `message` says it to people. */
export type FaultCode =
  // the file
  | 'unreadable' // no file of ours, or not whole
  | 'not_as_written' // what is signed holds, but bytes around it were changed
  // signatures
  | 'forged' // a known key did not sign this
  | 'unknown_key'
  | 'wrong_statement' // signed by us, and not what this place needs
  // receipts
  | 'other_entry' // the entry in the file is about another receipt or approval
  | 'other_arguments' // the arguments given are not those of the receipt
  | 'passkey_forged' // a voter's passkey did not sign this vote
  | 'passkey_differs' // what it signed is not what the receipt names
  | 'passkey_missing' // the receipt names it, the file lacks it
  | 'not_in_log' // the proof does not lead to the signed root
  // logs
  | 'entry_changed'
  | 'entry_missing'
  | 'entry_moved'
  | 'entry_added'
  | 'entry_doubled'
  | 'personal_changed'
  | 'readable_changed'
  | 'gap_changed'
  | 'part_changed' // somewhere in these lines
  | 'root_differs'
  | 'incomplete'
  | 'other_export' // a manifest or cursor that belongs to another file
  | 'count_differs'
  // checkpoints
  | 'checkpoint_differs' // two signed checkpoints, or a checkpoint and this file, cannot be of one history
  | 'other_log'
  | 'not_a_beginning'; // the older log is not the beginning of the newer one, or the proof is not theirs

export type Fault = Readonly<{
  code: FaultCode;
  message: string;
  line?: number; // counted from 1
  entry?: string; // an entry's id, as the file has it
  leaf?: number;
}>;

/**
 * What came of a verification. `verified`: everything in `checked` held. `failed`: something is wrong. `unchecked`: nothing
 * wrong was found, but what was asked for could not all be checked, for the reasons in `open`.
 */
export type Report = Readonly<{
  kind: 'receipt' | 'export' | 'checkpoints' | 'consistency' | 'unknown';
  verdict: 'verified' | 'failed' | 'unchecked';
  /** What the file is, in one line. */
  title: string;
  /** What it says, now proved: name and value. Empty unless its signature holds. */
  facts: readonly (readonly [name: string, value: string])[];
  checked: readonly string[];
  /** What this does not show, so that nobody takes it for more than it is. */
  notChecked: readonly string[];
  /** Why it is `unchecked`. */
  open: readonly string[];
  faults: readonly Fault[];
  /** How many faults there are; the list stops at `maxFaults`. */
  faultCount: number;
}>;

// Enough to see what happened; a file with a million faults is told in the memory of a hundred.
export const maxFaults = 100;

/** Gathers what is found, in the order in which it is found. */
export type Findings = Readonly<{
  fault: (fault: Fault) => void;
  checked: (what: string) => void;
  open: (why: string) => void;
  fact: (name: string, value: string) => void;
  note: (notChecked: string) => void;
  report: (kind: Report['kind'], title: string) => Report;
  failed: () => boolean;
}>;

export function findings(): Findings {
  const faults: Fault[] = [];
  const checked: string[] = [];
  const open: string[] = [];
  const facts: [string, string][] = [];
  const notChecked: string[] = [];
  let faultCount = 0;
  return {
    fault(fault) {
      faultCount += 1;
      if (faults.length < maxFaults) faults.push(fault);
    },
    checked: (what) => void checked.push(what),
    open: (why) => void open.push(why),
    fact: (name, value) => void facts.push([name, value]),
    note: (what) => void notChecked.push(what),
    failed: () => faultCount > 0,
    report: (kind, title) => ({
      kind,
      verdict: faultCount > 0 ? 'failed' : open.length > 0 ? 'unchecked' : 'verified',
      title,
      facts,
      checked,
      notChecked,
      open,
      faults: faults.toSorted((one, other) => lineOf(one) - lineOf(other)),
      faultCount,
    }),
  };
}

// In the order of the file; what concerns the whole of it comes last.
function lineOf({ line }: Fault): number {
  return line ?? Number.MAX_SAFE_INTEGER;
}
