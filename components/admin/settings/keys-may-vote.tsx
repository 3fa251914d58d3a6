'use client';

import { useOptimistic, useTransition } from 'react';
import { changeSignInRulesAction } from '@/app/(dashboard)/settings/sign-in/actions';
import { Switch } from '@/components/ui/switch';
import { toast } from '@/components/ui/toast';

/** Whether API keys may approve calls of the tiers that ask people who they are. */
export function KeysMayVote({ on }: { on: boolean }) {
  const [shown, show] = useOptimistic(on);
  const [, start] = useTransition();
  const change = (keysMayVote: boolean) =>
    start(async () => {
      show(keysMayVote);
      const answer = await changeSignInRulesAction({ keysMayVote });
      toast(answer.message, { tone: answer.ok ? 'success' : 'danger', id: 'sign-in-rules' });
    });
  return (
    <Switch
      label="API keys may approve what cannot be taken back"
      description="Off: such calls, of tiers 3 and 4, are approved in the browser alone. They can be rejected through the API either way."
      checked={shown}
      onCheckedChange={change}
    />
  );
}
