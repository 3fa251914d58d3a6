'use client';

import { type ReactNode, useCallback, useId, useRef, useState } from 'react';
import { Button, type ButtonProps } from './button';
import { FloatingBox } from './floating-box';
import type { Align, Side } from './place';

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

  return (
    <span ref={anchor} className="inline-flex max-w-full">
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
      <FloatingBox
        id={id}
        anchor={anchor}
        open={open}
        onOpenChange={change}
        label={label}
        side={side}
        align={align}
        className={className}
      >
        {open && (typeof children === 'function' ? children(close) : children)}
      </FloatingBox>
    </span>
  );
}
