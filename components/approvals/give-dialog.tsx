'use client';

import { useEffect, useState, useTransition } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Problem } from '@/components/ui/problem';
import { Select } from '@/components/ui/select';
import { toast } from '@/components/ui/toast';
import type { ClaimActions, RequestView } from '@/lib/approvals/views';

type People = Awaited<ReturnType<ClaimActions['people']>>;

/** Gives a request to somebody else who may decide it. */
export default function GiveDialog({
  approvalId,
  claim,
  actions,
  onClose,
}: {
  approvalId: string;
  claim: RequestView['claim'];
  actions: ClaimActions;
  onClose: () => void;
}) {
  const [people, setPeople] = useState<People | null>(null);
  const [to, setTo] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, startBusy] = useTransition();
  useEffect(() => {
    let wanted = true;
    actions.people(approvalId).then(
      (found) => wanted && setPeople(found),
      () => wanted && setProblem('The server could not be reached. Close this and try again.'),
    );
    return () => {
      wanted = false;
    };
  }, [actions, approvalId]);

  const others = (people ?? []).filter(({ id }) => id !== claim?.holderId);
  const nobody = people !== null && others.length === 0;
  const give = () => {
    if (to === '') return setProblem('Choose somebody.');
    startBusy(async () => {
      const answer = await actions.give(approvalId, to, claim?.holderId ?? null);
      if (answer.kind === 'refused') return setProblem(answer.message);
      toast(answer.message, { tone: 'success' });
      onClose();
    });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Give this request to somebody"
      description={
        claim !== null && !claim.mine
          ? `${claim.name} is on it at present. Whoever gets it is told; everybody who may decide still can.`
          : 'They are told in Slack, where their account is linked. Everybody who may decide still can.'
      }
      size="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" loading={busy} disabled={people === null || nobody} onClick={give}>
            Give
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <Problem text={problem} />
        {nobody ? (
          <p className="text-muted">Nobody else may decide this request.</p>
        ) : (
          <Field label="Who" hint="Only people who may decide it are listed.">
            <Select
              data-autofocus
              value={to}
              onChange={(event) => {
                setTo(event.target.value);
                setProblem('');
              }}
              options={[
                { value: '', label: people === null ? 'Loading…' : 'Choose somebody' },
                ...others.map(({ id, name, email }) => ({ value: id, label: `${name} (${email})` })),
              ]}
            />
          </Field>
        )}
      </div>
    </Dialog>
  );
}
