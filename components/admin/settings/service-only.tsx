'use client';

import { useState, useTransition } from 'react';
import { changeSignInRulesAction } from '@/app/(dashboard)/settings/sign-in/actions';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { EmailText } from '@/components/ui/email-text';
import { Switch } from '@/components/ui/switch';
import { toast } from '@/components/ui/toast';

/** Whether people sign in through the service alone, and who need not. */
export function ServiceOnly({
  on,
  breakGlass,
  admins,
}: {
  on: boolean;
  breakGlass: readonly string[];
  admins: readonly { id: string; name: string; email: string }[];
}) {
  const [wanted, setWanted] = useState(on);
  const [chosen, setChosen] = useState<readonly string[]>(breakGlass);
  const [busy, start] = useTransition();
  const save = () =>
    start(async () => {
      const answer = await changeSignInRulesAction({ serviceOnly: wanted, breakGlass: [...chosen] });
      toast(answer.message, { tone: answer.ok ? 'success' : 'danger', id: 'service-only' });
    });
  return (
    <div className="grid gap-4">
      <Switch label="People sign in through the service alone" checked={wanted} onCheckedChange={setWanted} />
      <fieldset className="grid gap-2">
        <legend className="mb-1 font-medium text-sm">Who gets in without it</legend>
        {admins.map((admin) => (
          <Checkbox
            key={admin.id}
            label={admin.name}
            description={<EmailText>{admin.email}</EmailText>}
            checked={chosen.includes(admin.id)}
            onChange={() =>
              setChosen(chosen.includes(admin.id) ? chosen.filter((id) => id !== admin.id) : [...chosen, admin.id])
            }
          />
        ))}
      </fieldset>
      <div>
        <Button loading={busy} onClick={save}>
          Save
        </Button>
      </div>
    </div>
  );
}
