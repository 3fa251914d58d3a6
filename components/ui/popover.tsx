'use client';

import { type ReactNode, useCallback, useEffect, useId, useRef, useState } from 'react';
import { Button, type ButtonProps } from './button';
import { cx } from './cx';
import type { Align, Side } from './place';
import { useFloating } from './use-floating';

/**
 * A button that opens a small non-modal box beside it. The box closes on Escape, on a click outside and when the button
 * is pressed again. Leave out `open` to let it keep its own state.
 */
export function Popover({
  button,
  label,
  side = 'bottom',
  align = 'start',
  open: openProp,
  onOpenChange,
  fill = false,
  className,
  children,
}: {
  button: Omit<ButtonProps, 'onClick' | 'type'>;
  /** Names the box. */
  label: string;
  side?: Side;
  align?: Align;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** Lets the button take the whole width. */
  fill?: boolean;
  className?: string;
  children: ReactNode | ((close: () => void) => ReactNode);
}) {
  const id = useId();
  const [ownOpen, setOwnOpen] = useState(false);
  const open = openProp ?? ownOpen;
  const anchor = useRef<HTMLSpanElement>(null);
  const openOnPress = useRef(false);
  const change = useCallback(
    (next: boolean) => {
      setOwnOpen(next);
      onOpenChange?.(next);
    },
    [onOpenChange],
  );
  const close = useCallback(() => {
    change(false);
    anchor.current?.querySelector('button')?.focus();
  }, [change]);
  const box = useFloating<HTMLDivElement>(anchor, { open, onOpenChange: change, side, align });

  useEffect(() => {
    if (open) box.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus();
  }, [open, box]);

  return (
    <span ref={anchor} className={cx('inline-flex max-w-full', fill && 'w-full')}>
      <Button
        {...button}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        // The browser closes the box on this same press, before the click arrives.
        onPointerDown={() => {
          openOnPress.current = open;
        }}
        onClick={(event) => {
          const wasOpen = event.detail === 0 ? open : openOnPress.current;
          change(!wasOpen);
        }}
      />
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
        {open && (typeof children === 'function' ? children(close) : children)}
      </div>
    </span>
  );
}
