'use client';

import { useOptimistic, useTransition } from 'react';
import { changeSignInRulesAction } from '@/app/(dashboard)/settings/sign-in/actions';
import { Checkbox } from '@/components/ui/checkbox';
import { toast } from '@/components/ui/toast';
import { type Role, roles, roleText } from '@/lib/domain/person';

/** Which roles need a second factor; each is saved by itself, at once. */
export function SecondFactorRoles({ roles: chosen }: { roles: readonly Role[] }) {
  const [shown, show] = useOptimistic(chosen);
  const [, start] = useTransition();
  const toggle = (role: Role) =>
    start(async () => {
      const next = roles.filter((one) => (one === role ? !shown.includes(one) : shown.includes(one)));
      show(next);
      const answer = await changeSignInRulesAction({ secondFactorRoles: next });
      toast(answer.message, { tone: answer.ok ? 'success' : 'danger', id: 'sign-in-rules' });
    });
  return (
    <fieldset className="grid gap-2">
      <legend className="sr-only">Roles that need a second factor</legend>
      {roles.map((role) => (
        <Checkbox
          key={role}
          label={roleText[role].name}
          description={roleText[role].can}
          checked={shown.includes(role)}
          onChange={() => toggle(role)}
        />
      ))}
    </fieldset>
  );
}
