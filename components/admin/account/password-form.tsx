'use client';

import { useActionState } from 'react';
import { changePasswordAction, type PasswordForm } from '@/app/(dashboard)/account/actions';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';

const untouched: PasswordForm = { done: false, message: '', errors: {} };

export function ChangePassword({ email }: { email: string }) {
  const [state, action, pending] = useActionState(changePasswordAction, untouched);
  return (
    <form action={action} noValidate className="grid max-w-md gap-4">
      {state.message !== '' && (
        <Banner tone={state.done ? 'success' : 'danger'} live>
          {state.message}
        </Banner>
      )}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <Field label="Current password" error={state.errors.current}>
        <Input name="current" type="password" autoComplete="current-password" required maxLength={128} />
      </Field>
      <Field
        label="New password"
        error={state.errors.password}
        hint={state.errors.password ? undefined : '10 characters or more.'}
      >
        <Input name="password" type="password" autoComplete="new-password" required maxLength={128} />
      </Field>
      <Field label="New password, again" error={state.errors.repeated}>
        <Input name="repeated" type="password" autoComplete="new-password" required maxLength={128} />
      </Field>
      <div>
        <Button type="submit" loading={pending}>
          Change the password
        </Button>
      </div>
    </form>
  );
}
