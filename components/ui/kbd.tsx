'use client';

import { useSyncExternalStore } from 'react';
import { cx } from './cx';

const symbols: Record<string, string> = {
  enter: '↵',
  esc: 'Esc',
  shift: '⇧',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  space: 'Space',
};

/**
 * Shows a shortcut: `a`, `mod+enter` (⌘ on Apple machines, Ctrl elsewhere), or a sequence such as `g i`.
 * Decorative inside a button, which names its shortcut in `aria-keyshortcuts`.
 */
export function Kbd({ keys, className }: { keys: string; className?: string | undefined }) {
  const apple = useApple();
  const steps = keys.split(' ');
  return (
    <span className={cx('inline-flex items-center gap-1 align-middle', className)}>
      {steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the steps of one shortcut never move
        <span key={index} className="inline-flex items-center gap-0.5">
          {step.split('+').map((key) => (
            <kbd
              key={key}
              className="inline-grid h-4 min-w-4 place-items-center rounded-sm border border-current/25 px-1 font-sans text-[0.6875rem] leading-none"
            >
              {keyLabel(key, apple)}
            </kbd>
          ))}
        </span>
      ))}
    </span>
  );
}

function keyLabel(key: string, apple: boolean): string {
  if (key === 'mod') return apple ? '⌘' : 'Ctrl';
  return symbols[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}

function useApple(): boolean {
  return useSyncExternalStore(
    () => () => {},
    () => /Mac|iPhone|iPad/.test(navigator.userAgent),
    () => false,
  );
}
