'use client';

import { type ReactNode, useState } from 'react';
import { Button, type ButtonProps } from './button';
import type { Align, Side } from './place';
import { Popover } from './popover';

/**
 * A button whose act is confirmed in place, in a small box beside it. Opens with the focus on the confirming button.
 * Stays open, busy, while `onConfirm` is under way, and open with what went wrong when it resolves to a message.
 */
export function Confirm({
  button,
  title,
  description,
  confirmLabel,
  danger = false,
  side = 'top',
  align = 'end',
  open: openProp,
  onOpenChange,
  onConfirm,
}: {
  button: Omit<ButtonProps, 'onClick' | 'type'>;
  title: string;
  description?: ReactNode;
  confirmLabel: string;
  danger?: boolean;
  side?: Side;
  align?: Align;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  onConfirm: () => Promise<string | undefined> | Promise<void> | void;
}) {
  const [ownOpen, setOwnOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const change = (next: boolean) => {
    if (!next) setProblem('');
    setOwnOpen(next);
    onOpenChange?.(next);
  };
  const confirm = async (close: () => void) => {
    setBusy(true);
    setProblem('');
    try {
      const message = await onConfirm();
      if (typeof message === 'string') setProblem(message);
      else close();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Popover
      button={button}
      label={title}
      side={side}
      align={align}
      open={openProp ?? ownOpen}
      onOpenChange={change}
      className="w-72"
    >
      {(close) => (
        <div className="grid gap-3">
          <div className="grid gap-1">
            <p className="font-medium">{title}</p>
            {description !== undefined && <div className="text-muted text-sm">{description}</div>}
          </div>
          {problem !== '' && (
            <p role="alert" className="text-danger text-sm">
              {problem}
            </p>
          )}
          <div className="flex justify-end gap-2">
            <Button size="sm" variant="ghost" onClick={close}>
              Cancel
            </Button>
            <Button
              size="sm"
              variant={danger ? 'danger' : 'primary'}
              loading={busy}
              data-autofocus
              onClick={(event) => event.detail < 2 && void confirm(close)}
            >
              {confirmLabel}
            </Button>
          </div>
        </div>
      )}
    </Popover>
  );
}
