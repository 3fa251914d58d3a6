'use client';

import { type FormEvent, useId, useState, useTransition } from 'react';
import { proofOptionsAction, proveAction } from '@/app/(dashboard)/account/factor-actions';
import { askPasskey } from '@/components/admin/passkey';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Problem } from '@/components/ui/problem';

/** With what a person can prove that it is them. */
export type ProofWays = Readonly<{ password: boolean; totp: boolean; passkey: boolean }>;

/** Asks who is sitting there before something that an open browser must not be enough for. */
export function ProofDialog({
  ways,
  onProved,
  onClose,
}: {
  ways: ProofWays;
  onProved: () => void;
  onClose: () => void;
}) {
  const form = useId();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, start] = useTransition();
  const typed = ways.totp ? 'code' : ways.password ? 'password' : null;
  const settle = (message: string) => (message === '' ? onProved() : setProblem(message));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start(async () =>
      settle(await proveAction(typed === 'code' ? { kind: 'code', code: text } : { kind: 'password', password: text })),
    );
  };
  const passkey = () =>
    start(async () => {
      const used = await askPasskey(await proofOptionsAction());
      settle(used.kind === 'failed' ? used.message : await proveAction({ kind: 'passkey', response: used.response }));
    });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="sm"
      title="Confirm that it is you"
      description="It counts for five minutes."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {ways.passkey && (
            <Button variant={typed === null ? 'primary' : 'secondary'} loading={busy} onClick={passkey}>
              Use a passkey
            </Button>
          )}
          {typed !== null && (
            <Button type="submit" form={form} variant="primary" loading={busy} disabled={text === ''}>
              Confirm
            </Button>
          )}
        </>
      }
    >
      <div className="grid gap-4">
        <Problem text={problem} />
        {typed !== null && (
          <form id={form} onSubmit={submit} noValidate>
            <Field label={typed === 'code' ? 'Code from your authenticator app' : 'Your password'}>
              <Input
                type={typed === 'code' ? 'text' : 'password'}
                autoComplete={typed === 'code' ? 'one-time-code' : 'current-password'}
                value={text}
                maxLength={128}
                onChange={(event) => setText(event.target.value)}
              />
            </Field>
          </form>
        )}
        {typed === null && !ways.passkey && (
          <p className="text-muted">
            You sign in with your organisation’s account. Sign out and in again, and come back within five minutes.
          </p>
        )}
      </div>
    </Dialog>
  );
}
