'use client';

import { useActionState } from 'react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Problem } from '@/components/ui/problem';
import { type AcceptState, acceptAction } from './actions';

const untouched: AcceptState = { message: '', errors: {}, name: '' };

export function AcceptForm({ token, email }: { token: string; email: string }) {
  const [state, action, pending] = useActionState(acceptAction, untouched);
  return (
    <form action={action} noValidate className="grid gap-4">
      <Problem text={state.message} />
      <input type="hidden" name="token" value={token} />
      <input type="hidden" autoComplete="username" value={email} readOnly />
      <Field label="Your name" error={state.errors.name}>
        <Input name="name" autoComplete="name" required maxLength={100} defaultValue={state.name} className="h-10" />
      </Field>
      <Field
        label="Password"
        error={state.errors.password}
        hint={state.errors.password ? undefined : '10 characters or more.'}
      >
        <Input
          name="password"
          type="password"
          autoComplete="new-password"
          required
          minLength={10}
          maxLength={128}
          className="h-10"
        />
      </Field>
      <Button type="submit" variant="primary" size="lg" loading={pending} className="mt-1 w-full">
        Accept
      </Button>
    </form>
  );
}
