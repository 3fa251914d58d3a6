'use client';

import { KeyRound } from 'lucide-react';
import { useActionState, useState, useTransition } from 'react';
import { askPasskey, useWebAuthn } from '@/components/admin/passkey';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Problem } from '@/components/ui/problem';
import { codeAction, type SecondStepState, secondStepOptionsAction, secondStepPasskeyAction } from './actions';

const untouched: SecondStepState = { message: '', over: false };

export function SecondStepForm({ next, ways }: { next: string; ways: { code: boolean; passkey: boolean } }) {
  const [state, action, pending] = useActionState(codeAction, untouched);
  const [problem, setProblem] = useState('');
  const [busy, start] = useTransition();
  const supported = useWebAuthn();
  const message = problem || state.message;
  const withPasskey = () =>
    start(async () => {
      setProblem('');
      const options = await secondStepOptionsAction();
      if (options === null) return setProblem('This sign-in took too long. Begin again with your password.');
      const used = await askPasskey(options);
      if (used.kind === 'failed') return setProblem(used.message);
      setProblem((await secondStepPasskeyAction(used.response, next)).message);
    });
  return (
    <div className="grid gap-4">
      <Problem text={message} />
      {ways.passkey && (
        <Button
          variant={ways.code ? 'secondary' : 'primary'}
          size="lg"
          className="w-full"
          icon={<KeyRound aria-hidden="true" />}
          loading={busy}
          disabled={!supported}
          onClick={withPasskey}
        >
          Use a passkey
        </Button>
      )}
      {ways.code && (
        <form action={action} className="grid gap-4">
          <input type="hidden" name="next" value={next} />
          <Field label="Code" hint="Six digits from your authenticator app, or a recovery code.">
            <Input
              name="code"
              autoComplete="one-time-code"
              autoCapitalize="none"
              spellCheck={false}
              required
              maxLength={20}
              autoFocus
              className="h-10 font-mono"
            />
          </Field>
          <Button type="submit" variant="primary" size="lg" loading={pending} className="w-full">
            Sign in
          </Button>
        </form>
      )}
    </div>
  );
}
