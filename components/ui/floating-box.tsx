'use client';

import { type ReactNode, type RefObject, useEffect } from 'react';
import { cx } from './cx';
import type { Align, Side } from './place';
import { useFloating } from './use-floating';

/** The small non-modal box that `Popover` opens, for buttons of another kind. Its content mounts when it opens. */
export function FloatingBox({
  id,
  anchor,
  open,
  onOpenChange,
  label,
  side,
  align,
  className,
  children,
}: {
  id: string;
  anchor: RefObject<Element | null>;
  open: boolean;
  /** Must stay the same function between renders. */
  onOpenChange: (open: boolean) => void;
  label: string;
  side: Side;
  align: Align;
  className?: string | undefined;
  children: ReactNode;
}) {
  const box = useFloating<HTMLDivElement>(anchor, { open, onOpenChange, side, align });
  useEffect(() => {
    if (open) box.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus();
  }, [open, box]);
  return (
    <div
      ref={box}
      id={id}
      role="dialog"
      aria-label={label}
      popover="auto"
      className={cx(
        'fixed max-w-[calc(100vw-1rem)] rounded-lg border border-line-strong bg-raised p-3 text-left font-normal text-base text-ink shadow-float [&:popover-open]:animate-appear',
        className,
      )}
    >
      {open && children}
    </div>
  );
}
