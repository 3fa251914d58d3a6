'use client';

import type { Route } from 'next';
import NextLink from 'next/link';
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useId, useRef, useState } from 'react';
import { Button, type ButtonProps } from './button';
import { cx } from './cx';
import { Kbd } from './kbd';
import type { Align, Side } from './place';
import { useFloating } from './use-floating';

export type MenuItem =
  | {
      label: string;
      detail?: string;
      icon?: ReactNode;
      kbd?: string;
      danger?: boolean;
      disabled?: boolean;
      /** Given, the item is a choice that is on or off. */
      checked?: boolean;
      href?: string;
      onSelect?: () => void;
    }
  | { heading: string }
  | 'separator';

/**
 * A button that opens a list of acts or places. Arrow keys, Home, End and the first letters move; Enter and Space
 * choose; Escape, Tab and a click outside close.
 */
export function Menu({
  button,
  label,
  items,
  side = 'bottom',
  align = 'end',
  className,
}: {
  button: Omit<ButtonProps, 'onClick' | 'type'>;
  /** Names the list. */
  label: string;
  items: readonly MenuItem[];
  side?: Side;
  align?: Align;
  /** For the wrapper of the button. */
  className?: string;
}) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLSpanElement>(null);
  const openOnPress = useRef(false);
  const typed = useRef({ text: '', at: 0 });
  const change = useCallback((next: boolean) => setOpen(next), []);
  const list = useFloating<HTMLDivElement>(anchor, { open, onOpenChange: change, side, align });

  useEffect(() => {
    if (open) stops(list.current)[0]?.focus();
  }, [open, list]);

  const close = () => {
    setOpen(false);
    anchor.current?.querySelector('button')?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const all = stops(list.current);
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = (index: number) => {
      event.preventDefault();
      all[(index + all.length) % all.length]?.focus();
    };
    if (event.key === 'ArrowDown') to(at + 1);
    else if (event.key === 'ArrowUp') to(at < 0 ? -1 : at - 1);
    else if (event.key === 'Home') to(0);
    else if (event.key === 'End') to(-1);
    else if (event.key === 'Tab') close();
    else if (event.key.length === 1 && event.key !== ' ' && !event.metaKey && !event.ctrlKey && !event.altKey) {
      const text = event.timeStamp - typed.current.at < 600 ? typed.current.text + event.key : event.key;
      typed.current = { text, at: event.timeStamp };
      const from = text.length === 1 ? at + 1 : at;
      const order = [...all.slice(from), ...all.slice(0, from)];
      order.find((stop) => (stop.textContent ?? '').trim().toLowerCase().startsWith(text.toLowerCase()))?.focus();
    }
  };

  return (
    <span ref={anchor} className={cx('inline-flex max-w-full', className)}>
      <Button
        {...button}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        // The browser closes the list on this same press, before the click arrives.
        onPointerDown={() => {
          openOnPress.current = open;
        }}
        onClick={(event) => setOpen(!(event.detail === 0 ? open : openOnPress.current))}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
          event.preventDefault();
          setOpen(true);
        }}
      />
      <div
        ref={list}
        id={id}
        role="menu"
        tabIndex={-1}
        aria-label={label}
        popover="auto"
        onKeyDown={onKeyDown}
        className="fixed max-h-[min(24rem,80dvh)] min-w-44 max-w-[calc(100vw-1rem)] overflow-y-auto rounded-lg border border-line-strong bg-raised p-1 text-ink shadow-float [&:popover-open]:animate-appear"
      >
        {open && items.map((item, index) => <Row key={keyOf(item, index)} item={item} onDone={close} />)}
      </div>
    </span>
  );
}

function Row({ item, onDone }: { item: MenuItem; onDone: () => void }) {
  if (item === 'separator') return <hr className="-mx-1 my-1 border-line" />;
  if ('heading' in item) {
    return (
      <div role="presentation" className="truncate px-2 py-1 text-faint text-xs">
        {item.heading}
      </div>
    );
  }
  const look = cx(
    'flex min-h-7 w-full items-center gap-2 rounded-sm px-2 py-1 text-left text-sm outline-none pointer-coarse:min-h-10 [&_svg]:size-4 [&_svg]:shrink-0',
    'hover:bg-hover focus:bg-selected aria-disabled:cursor-not-allowed aria-disabled:text-faint',
    item.danger ? 'text-danger' : 'text-ink',
  );
  const content = (
    <>
      {item.icon !== undefined && <span className={item.danger ? undefined : 'text-faint'}>{item.icon}</span>}
      <span className="min-w-0 flex-1">
        <span className="block truncate">{item.label}</span>
        {item.detail !== undefined && <span className="block text-faint text-xs">{item.detail}</span>}
      </span>
      {item.kbd !== undefined && (
        <span aria-hidden="true" className="text-faint">
          <Kbd keys={item.kbd} />
        </span>
      )}
      {item.checked === true && <CheckMark />}
    </>
  );
  if (item.href !== undefined) {
    return (
      <NextLink role="menuitem" tabIndex={-1} href={item.href as Route} className={look} onClick={onDone}>
        {content}
      </NextLink>
    );
  }
  return (
    <button
      type="button"
      {...(item.checked === undefined
        ? { role: 'menuitem' }
        : { role: 'menuitemcheckbox', 'aria-checked': item.checked })}
      tabIndex={-1}
      aria-disabled={item.disabled || undefined}
      className={look}
      onClick={() => {
        if (item.disabled) return;
        onDone();
        item.onSelect?.();
      }}
    >
      {content}
    </button>
  );
}

function CheckMark() {
  return (
    <svg aria-hidden="true" viewBox="0 0 16 16">
      <path d="m3.5 8.25 3 3 6-6.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
    </svg>
  );
}

function stops(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
}

function keyOf(item: MenuItem, index: number): string {
  if (item === 'separator') return `separator-${index}`;
  return 'heading' in item ? item.heading : item.label;
}
