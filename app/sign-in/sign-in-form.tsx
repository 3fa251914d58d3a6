'use client';

import { useActionState } from 'react';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { type SignInState, signInAction } from './actions';

const untouched: SignInState = { message: '', email: '' };

/** `second`: another way in stands first. */
export function SignInForm({ next, second = false }: { next: string; second?: boolean }) {
  const [state, action, pending] = useActionState(signInAction, untouched);
  const failed = state.message !== '';
  return (
    <form action={action} className="grid gap-4">
      {failed && (
        <Banner tone="danger" live>
          {state.message}
        </Banner>
      )}
      <input type="hidden" name="next" value={next} />
      <Field label="E-mail address">
        <Input
          name="email"
          type="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          maxLength={320}
          defaultValue={state.email}
          aria-invalid={failed || undefined}
          className="h-10"
        />
      </Field>
      <Field label="Password">
        <Input
          name="password"
          type="password"
          autoComplete="current-password"
          required
          maxLength={128}
          aria-invalid={failed || undefined}
          className="h-10"
        />
      </Field>
      <Button
        type="submit"
        variant={second ? 'secondary' : 'primary'}
        size="lg"
        loading={pending}
        className="mt-1 w-full"
      >
        Sign in
      </Button>
    </form>
  );
}
