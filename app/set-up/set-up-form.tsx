'use client';

import { useActionState } from 'react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Problem } from '@/components/ui/problem';
import { type SetUpFormState, setUpAction } from './actions';

const untouched: SetUpFormState = { message: '', errors: {}, values: { name: '', email: '' } };

export function SetUpForm({ token }: { token: string }) {
  const [state, action, pending] = useActionState(setUpAction, untouched);
  return (
    <form action={action} noValidate className="grid gap-4">
      <Problem text={state.message} />
      <input type="hidden" name="token" value={token} />
      <Field label="Your name" error={state.errors.name}>
        <Input name="name" autoComplete="name" required maxLength={100} defaultValue={state.values.name} />
      </Field>
      <Field label="E-mail address" error={state.errors.email}>
        <Input
          name="email"
          type="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          maxLength={254}
          defaultValue={state.values.email}
        />
      </Field>
      <Field
        label="Password"
        error={state.errors.password}
        hint={state.errors.password ? undefined : '10 characters or more.'}
      >
        <Input name="password" type="password" autoComplete="new-password" required minLength={10} maxLength={128} />
      </Field>
      <Button type="submit" variant="primary" size="lg" loading={pending} className="mt-1 w-full">
        Make me the admin
      </Button>
    </form>
  );
}
