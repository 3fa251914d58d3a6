'use client';

import { changeSignInRulesAction } from '@/app/(dashboard)/settings/sign-in/actions';
import { useSavedAtOnce } from '@/components/admin/use-saved-at-once';
import { Switch } from '@/components/ui/switch';

/** Whether API keys may approve calls of the tiers that ask people who they are. */
export function KeysMayVote({ on }: { on: boolean }) {
  const [shown, change] = useSavedAtOnce(on, 'sign-in-rules');
  return (
    <Switch
      label="API keys may approve what cannot be taken back"
      description="Off: such calls, of tiers 3 and 4, are approved in the browser alone. They can be rejected through the API either way."
      checked={shown}
      onCheckedChange={(keysMayVote) => change(keysMayVote, () => changeSignInRulesAction({ keysMayVote }))}
    />
  );
}
