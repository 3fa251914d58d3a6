'use client';

import { useId, useState, useTransition } from 'react';
import { holdAction, releaseAction } from '@/app/(dashboard)/hold-actions';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Popover } from '@/components/ui/popover';
import { Textarea } from '@/components/ui/textarea';
import { toast } from '@/components/ui/toast';
import { type HoldScope, longestHoldReason } from '@/lib/domain/hold';

/** Stops a function, an agent or everything, and releases it again; each asks why first. */
export function HoldSwitch({
  scope,
  name,
  holdKey,
  held,
  size = 'md',
}: {
  scope: HoldScope;
  /** What it is called in the question. */
  name: string;
  holdKey: string;
  held: boolean;
  size?: 'sm' | 'md';
}) {
  const title = `${held ? 'Release' : 'Stop'} ${name}?`;
  const short = held ? 'Release' : scope === 'everything' ? 'Stop everything' : 'Stop';
  return (
    <Popover
      key={String(held)} // what was asked is answered
      label={title}
      side="bottom"
      align="end"
      className="w-80"
      button={{
        variant: held ? 'secondary' : 'danger-quiet',
        size,
        children: (
          <>
            {short}
            {scope !== 'everything' && size === 'sm' && <span className="sr-only"> {name}</span>}
          </>
        ),
      }}
    >
      {(close) => <Question scope={scope} holdKey={holdKey} held={held} title={title} close={close} />}
    </Popover>
  );
}

function Question({
  scope,
  holdKey,
  held,
  title,
  close,
}: {
  scope: HoldScope;
  holdKey: string;
  held: boolean;
  title: string;
  close: () => void;
}) {
  const [busy, start] = useTransition();
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState('');
  const id = useId();
  return (
    <form
      aria-labelledby={id}
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        start(async () => {
          const answer = await (held ? releaseAction : holdAction)(scope, holdKey, reason);
          if (!answer.ok) return setProblem(answer.message);
          close();
          toast(answer.message, { tone: 'success' });
        });
      }}
    >
      <div className="grid gap-1">
        <p id={id} className="font-medium">
          {title}
        </p>
        <p className="text-muted text-sm">
          {held
            ? 'Rules approve again by themselves, and what people decided meanwhile is sent on at once.'
            : 'Rules approve nothing there by themselves, and what people decide is not sent on until you release it.'}
        </p>
      </div>
      <Field label="Why" required={!held} optional={held} error={problem}>
        <Textarea
          data-autofocus
          rows={2}
          maxLength={longestHoldReason}
          value={reason}
          onChange={(event) => {
            setReason(event.target.value);
            setProblem('');
          }}
        />
      </Field>
      <div className="flex justify-end gap-2">
        <Button size="sm" variant="ghost" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" size="sm" variant={held ? 'primary' : 'danger'} loading={busy}>
          {held ? 'Release it' : 'Stop it'}
        </Button>
      </div>
    </form>
  );
}
