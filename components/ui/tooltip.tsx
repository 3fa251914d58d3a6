'use client';

import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { cx } from './cx';
import { Kbd } from './kbd';
import { place, type Side } from './place';

const DELAY_MS = 400;

/**
 * A word more about one focusable element, on hover and on focus; Escape closes it. It adds to the element's
 * description: the element still needs a name of its own. Never put something to click inside.
 */
export function Tooltip({
  content,
  kbd,
  side = 'top',
  className,
  children,
}: {
  content: ReactNode;
  kbd?: string | undefined;
  side?: Side;
  className?: string;
  children: ReactNode;
}) {
  const id = useId();
  const anchor = useRef<HTMLSpanElement>(null);
  const tip = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [open, setOpen] = useState(false);

  const show = (delayMs: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setOpen(true), delayMs);
  };
  const hide = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setOpen(false), 60);
  };

  useEffect(() => () => clearTimeout(timer.current), []);

  useEffect(() => {
    const element = anchor.current?.firstElementChild;
    if (!open || !element || tip.current === null) return;
    tip.current.showPopover();
    place(tip.current, element, { side, align: 'center', gap: 6 });
    element.setAttribute('aria-describedby', id);
    const close = (event: KeyboardEvent) => event.key === 'Escape' && setOpen(false);
    const scrolled = () => setOpen(false);
    document.addEventListener('keydown', close);
    window.addEventListener('scroll', scrolled, { capture: true, passive: true });
    return () => {
      element.removeAttribute('aria-describedby');
      document.removeEventListener('keydown', close);
      window.removeEventListener('scroll', scrolled, { capture: true });
    };
  }, [open, id, side]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the wrapper listens for its child, which is the interactive element
    <span
      ref={anchor}
      className={cx('inline-flex', className)}
      onPointerEnter={(event) => event.pointerType === 'mouse' && show(DELAY_MS)}
      onPointerLeave={hide}
      onPointerDown={() => {
        clearTimeout(timer.current);
        setOpen(false);
      }}
      onFocus={(event) => event.target.matches(':focus-visible') && show(0)}
      onBlur={hide}
    >
      {children}
      {open && (
        <span
          ref={tip}
          id={id}
          role="tooltip"
          popover="manual"
          className="pointer-events-auto fixed max-w-72 items-center gap-2 rounded-md border-0 bg-ink px-2 py-1 text-inverse text-xs animate-fade [&:popover-open]:flex"
        >
          {content}
          {kbd !== undefined && <Kbd keys={kbd} />}
        </span>
      )}
    </span>
  );
}
