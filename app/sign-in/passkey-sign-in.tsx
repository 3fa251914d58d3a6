'use client';

import { KeyRound } from 'lucide-react';
import { useState, useTransition } from 'react';
import { askPasskey, useWebAuthn } from '@/components/admin/passkey';
import { Button } from '@/components/ui/button';
import { Problem } from '@/components/ui/problem';
import { passkeyOptionsAction, passkeySignInAction } from './actions';

/** The way in without a password. */
export function PasskeySignIn({ next }: { next: string }) {
  const [problem, setProblem] = useState('');
  const [busy, start] = useTransition();
  const supported = useWebAuthn();
  const signIn = () =>
    start(async () => {
      setProblem('');
      const used = await askPasskey(await passkeyOptionsAction());
      setProblem(used.kind === 'failed' ? used.message : await passkeySignInAction(used.response, next));
    });
  return (
    <div className="grid gap-4">
      <Problem text={problem} />
      <Button
        size="lg"
        className="w-full"
        icon={<KeyRound aria-hidden="true" />}
        disabled={!supported}
        loading={busy}
        onClick={signIn}
      >
        Sign in with a passkey
      </Button>
    </div>
  );
}
