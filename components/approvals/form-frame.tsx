'use client';

import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import { useShortcuts } from '@/components/shell/use-shortcuts';
import { Button } from '@/components/ui/button';

const GUARD_MS = 300; // the press that opened the form must not send it

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
  onSubmit: () => void;
  onCancel: () => void;
  cancelLabel?: string;
  children?: ReactNode;
}) {
  const form = useRef<HTMLFormElement>(null);
  const openedAt = useRef(0);
  useEffect(() => {
    openedAt.current = performance.now();
    const first =
      form.current?.querySelector<HTMLElement>('[data-autofocus]') ??
      form.current?.querySelector<HTMLElement>('textarea, input:not([type="radio"]):not([type="checkbox"]), select') ??
      form.current?.querySelector<HTMLElement>('button[type="submit"]');
    first?.focus({ preventScroll: true });
  }, []);
  useShortcuts({ 'mod+enter': () => form.current?.requestSubmit() });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy || disabled || performance.now() - openedAt.current < GUARD_MS) return;
    onSubmit();
  };
  return (
    <form
      ref={form}
      noValidate
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        onCancel();
      }}
      className="mx-auto grid max-w-3xl gap-4"
    >
      <div>
        <h2 className="font-semibold text-lg">{title}</h2>
        {hint !== undefined && <p className="text-muted">{hint}</p>}
      </div>
      {children}
      <div className="flex flex-wrap items-center justify-end gap-2">
        {extra !== undefined && <div className="mr-auto min-w-0 text-muted text-sm max-sm:basis-full">{extra}</div>}
        <Button onClick={onCancel}>{cancelLabel}</Button>
        <Button type="submit" variant={submitVariant} loading={busy} disabled={disabled} kbd="mod+enter">
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}
