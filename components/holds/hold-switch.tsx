'use client';

import { useTransition } from 'react';
import { holdAction, releaseAction } from '@/app/(dashboard)/hold-actions';
import { Button } from '@/components/ui/button';
import { Confirm } from '@/components/ui/confirm';
import { toast } from '@/components/ui/toast';
import type { HoldScope } from '@/lib/domain/hold';

/** Stops a function, an agent or everything, and releases it again. */
export function HoldSwitch({
  scope,
  name,
  holdKey,
  held,
}: {
  scope: HoldScope;
  /** What it is called in the question. */
  name: string;
  holdKey: string;
  held: boolean;
}) {
  const [busy, start] = useTransition();
  if (held) {
    return (
      <Button
        loading={busy}
        onClick={() =>
          start(async () => {
            const answer = await releaseAction(scope, holdKey);
            toast(answer.message, { tone: answer.ok ? 'success' : 'danger' });
          })
        }
      >
        Release
      </Button>
    );
  }
  return (
    <Confirm
      button={{ variant: 'danger-quiet', children: scope === 'everything' ? 'Stop everything' : 'Stop' }}
      side="bottom"
      title={`Stop ${name}?`}
      description="Rules approve nothing there by themselves, and what people decide is not sent on until you release it."
      confirmLabel="Stop"
      danger
      onConfirm={async () => {
        const answer = await holdAction(scope, holdKey);
        if (!answer.ok) return answer.message;
        toast(answer.message, { tone: 'success' });
        return undefined;
      }}
    />
  );
}
