'use client';

import { Search } from 'lucide-react';
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
      <Search aria-hidden="true" className="size-4" />
      <span className="flex-1 text-left">Find or go to</span>
      <span aria-hidden="true" className="pointer-coarse:hidden">
        <Kbd keys="mod+k" />
      </span>
    </button>
  );
}
