'use client';

import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import { useShortcuts } from '@/components/shell/use-shortcuts';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import type { StepUpNeed } from '@/lib/domain/step-up';

const GUARD_MS = 500; // the second half of a double click, or of a doubled Enter, must not send what the first opened

/** What is asked of a voter to prove that it is them; `nothing`: what they proved lately counts. */
export type ProofField = Readonly<{ kind: StepUpNeed; value: string; onChange: (value: string) => void }>;

/**
 * The frame that all decision forms share: a heading, Escape leaves, Ctrl or ⌘ with Enter sends. The first field, or
 * else the sending button, takes the focus.
 */
export function FormFrame({
  title,
  hint,
  submitLabel,
  submitVariant = 'primary',
  busy,
  disabled = false,
  extra,
  inline = false,
  proof,
  onSubmit,
  onCancel,
  cancelLabel = 'Cancel',
  children,
}: {
  title: ReactNode;
  hint?: ReactNode;
  submitLabel: string;
  submitVariant?: 'primary' | 'danger';
  busy: boolean;
  disabled?: boolean;
  /** Stands at the near side of the buttons. */
  extra?: ReactNode;
  /** Nothing but the question: one line, with the buttons where those that opened it were. */
  inline?: boolean;
  /** What proves, before it is sent, that it is still the same person. */
  proof?: ProofField | null;
  onSubmit: () => void;
  onCancel: () => void;
  cancelLabel?: string;
  children?: ReactNode;
}) {
  const form = useRef<HTMLFormElement>(null);
  const openedAt = useRef(0);
  // A click may be the second of two, an Enter too when the first one opened the form. Any other key is meant for it.
  const clicked = useRef(false);
  const enter = useRef<'up' | 'down' | 'opened'>('up');
  useEffect(() => {
    openedAt.current = performance.now();
    const first =
      form.current?.querySelector<HTMLElement>('[data-autofocus]') ??
      form.current?.querySelector<HTMLElement>('textarea, input:not([type="radio"]):not([type="checkbox"]), select') ??
      form.current?.querySelector<HTMLElement>('button[type="submit"]');
    first?.focus({ preventScroll: true });
    // At the foot of the page it is in view wherever the page stands.
    if (!form.current?.closest('[data-foot]')) form.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  useShortcuts({
    'mod+enter': () => {
      clicked.current = false;
      form.current?.requestSubmit();
    },
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const doubled = clicked.current || enter.current === 'opened';
    if (busy || disabled || (doubled && performance.now() - openedAt.current < GUARD_MS)) return;
    onSubmit();
  };
  return (
    <form
      ref={form}
      noValidate
      onSubmit={submit}
      onClickCapture={(event) => {
        clicked.current = event.detail > 0; // 0 when a key stands for it
      }}
      onKeyUp={(event) => {
        if (event.key === 'Enter') enter.current = enter.current === 'down' ? 'up' : 'opened';
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && enter.current === 'up') enter.current = 'down';
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        onCancel();
      }}
      className={inline ? 'flex flex-wrap items-center justify-end gap-x-4 gap-y-3 -mt-1 pb-3' : 'grid gap-4'}
    >
      <div className={cx(inline && 'min-w-0 flex-1 basis-64')}>
        <h2 className="font-semibold text-lg">{title}</h2>
        {hint !== undefined && <p className="text-muted">{hint}</p>}
      </div>
      {children}
      {proof?.kind === 'passkey' && (
        <p className="text-muted text-sm">Your passkey confirms it: your device asks for it when you approve.</p>
      )}
      {proof?.kind === 'impossible' && (
        <Banner tone="warning">
          Confirm that it is you: sign out and in again, or add a passkey under Account. Both count here.
        </Banner>
      )}
      {(proof?.kind === 'password' || proof?.kind === 'code') && (
        <Field
          label={proof.kind === 'code' ? 'Code from your authenticator app' : 'Your password'}
          required
          className="max-w-sm"
          hint="Confirms that it is you; it counts for five minutes."
        >
          <Input
            type={proof.kind === 'code' ? 'text' : 'password'}
            autoComplete={proof.kind === 'code' ? 'one-time-code' : 'current-password'}
            maxLength={128}
            value={proof.value}
            onChange={(event) => proof.onChange(event.target.value)}
          />
        </Field>
      )}
      <div
        data-form-foot={inline ? undefined : true}
        className={cx(
          'flex flex-wrap items-center justify-end gap-2 max-sm:[&>button]:flex-1 max-sm:[&_[data-kbd]]:hidden',
          inline ? 'max-sm:w-full' : 'py-3',
        )}
      >
        {extra !== undefined && <div className="mr-auto min-w-0 text-muted text-sm max-sm:basis-full">{extra}</div>}
        <Button onClick={onCancel}>{cancelLabel}</Button>
        <Button type="submit" variant={submitVariant} loading={busy} disabled={disabled} kbd="mod+enter">
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}
