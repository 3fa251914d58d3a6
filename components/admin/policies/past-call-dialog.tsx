'use client';

import { useEffect, useState, useTransition } from 'react';
import { pastCallAction, pastCallsAction } from '@/app/(dashboard)/policies/past-call-actions';
import { ApprovalStatusMark } from '@/components/approvals/approval-status';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { SafeText } from '@/components/ui/safe-text';
import { SearchInput } from '@/components/ui/search-input';
import { Time } from '@/components/ui/time';
import type { PolicyTest } from '@/lib/domain/policy/document';
import type { PastCallRow } from '@/lib/policies/past-calls';

/** Chooses a past call to make a test case of. */
export function PastCallDialog({
  onClose,
  onChoose,
}: {
  onClose: () => void;
  onChoose: (call: PolicyTest['call'], effect: string) => void;
}) {
  const [rows, setRows] = useState<readonly PastCallRow[] | null>(null);
  const [words, setWords] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, start] = useTransition();
  useEffect(() => {
    let gone = false;
    const timer = setTimeout(
      () =>
        pastCallsAction(words).then(
          (found) => !gone && setRows(found),
          () => !gone && setProblem('The calls could not be read. Close this, and try again.'),
        ),
      words === '' ? 0 : 200,
    );
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [words]);
  const choose = (row: PastCallRow) =>
    start(async () => {
      const call = await pastCallAction(row.id);
      if (call === null) return setProblem('This call is not there any more. Choose another one.');
      onChoose(call, row.effect);
    });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="A test case of a past call"
      description="Its facts are taken over, masked ones left out; what the draft says of it now is what is expected. Lookups count 0 until you fill them in."
    >
      <div className="grid min-w-0 gap-3">
        <SearchInput
          label="Function’s name"
          value={words}
          maxLength={128}
          onChange={(event) => setWords(event.target.value)}
          className="w-full"
        />
        {problem !== '' && (
          <p role="alert" className="text-danger text-sm">
            {problem}
          </p>
        )}
        <p role="status" className="text-faint text-sm empty:hidden">
          {rows === null ? 'Reading…' : rows.length === 0 ? 'No call of a function of this name was seen.' : ''}
        </p>
        <ul aria-label="Past calls" className="grid max-h-96 min-w-0 overflow-auto empty:hidden">
          {(rows ?? []).map((row) => (
            <li key={row.id} className="border-line border-t first:border-t-0">
              <Button
                variant="bare"
                disabled={busy}
                onClick={() => choose(row)}
                className="grid w-full gap-0.5 px-2 py-2 hover:bg-hover"
              >
                <span className="min-w-0 wrap-anywhere">
                  <SafeText>{row.effect}</SafeText>
                </span>
                <span className="flex flex-wrap gap-x-3 text-faint text-sm">
                  <span className="font-mono">{row.tool}</span>
                  <ApprovalStatusMark status={row.status} />
                  <Time value={row.at} />
                </span>
              </Button>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
