'use client';

import { changeSignInRulesAction } from '@/app/(dashboard)/settings/sign-in/actions';
import { useSavedAtOnce } from '@/components/admin/use-saved-at-once';
import { Checkbox } from '@/components/ui/checkbox';
import { type Role, roles, roleText } from '@/lib/domain/person';

/** Which roles need a second factor; each is saved by itself, at once. */
export function SecondFactorRoles({ roles: chosen }: { roles: readonly Role[] }) {
  const [shown, change] = useSavedAtOnce(chosen, 'sign-in-rules');
  const toggle = (role: Role) => {
    const next = roles.filter((one) => (one === role ? !shown.includes(one) : shown.includes(one)));
    change(next, () => changeSignInRulesAction({ secondFactorRoles: next }));
  };
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
