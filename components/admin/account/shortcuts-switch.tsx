'use client';

import { useOptimistic, useTransition } from 'react';
import { setShortcutsAction } from '@/app/(dashboard)/account/actions';
import { Switch } from '@/components/ui/switch';

export function ShortcutsSwitch({ on }: { on: boolean }) {
  const [shown, show] = useOptimistic(on);
  const [, start] = useTransition();
  return (
    <Switch
      label="Single-key shortcuts"
      description="J and K move, A approves, R rejects. Off, only shortcuts with Ctrl or ⌘ act. Press ? for all of them."
      checked={shown}
      onCheckedChange={(next) =>
        start(async () => {
          show(next);
          await setShortcutsAction(next);
        })
      }
    />
  );
}
