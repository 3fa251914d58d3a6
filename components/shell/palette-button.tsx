'use client';

import { Kbd } from '../ui/kbd';
import { requestWindow } from './palette-request';

/** The visible way to the command palette. */
export function PaletteButton() {
  return (
    <button
      type="button"
      aria-keyshortcuts="Control+K"
      onClick={() => requestWindow('palette')}
      className="flex h-8 w-full items-center gap-2.5 rounded-md border border-line bg-surface px-2 text-faint transition-colors hover:border-line-strong hover:text-ink pointer-coarse:h-11"
    >
      <svg aria-hidden="true" viewBox="0 0 16 16" fill="none" stroke="currentColor" className="size-4">
        <path d="M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.5-1.5L14 14" strokeWidth="1.25" />
      </svg>
      <span className="flex-1 text-left">Find or go to</span>
      <span aria-hidden="true" className="pointer-coarse:hidden">
        <Kbd keys="mod+k" />
      </span>
    </button>
  );
}
