'use client';

import 'sonner/dist/styles.css';
import { type CSSProperties, useEffect } from 'react';
import { Toaster as Sonner, toast as sonner } from 'sonner';
import { Glyph, type GlyphName } from './glyph';
import { type Toast, takeToasts } from './toast';
import { type Tone, toneText } from './tone';

const glyphs: Record<Exclude<Tone, 'neutral'>, GlyphName> = {
  info: 'dot',
  success: 'check',
  warning: 'warning',
  danger: 'tier-3',
};

const colours = {
  '--normal-bg': 'var(--raised)',
  '--normal-border': 'var(--line-strong)',
  '--normal-text': 'var(--ink)',
  '--border-radius': '0.5rem',
} as CSSProperties;

export default function ToastStack() {
  useEffect(() => takeToasts(showToast), []);
  return (
    <Sonner
      position="bottom-right"
      gap={8}
      visibleToasts={4}
      style={colours}
      containerAriaLabel="News"
      toastOptions={{
        classNames: {
          toast: 'font-sans! text-base! shadow-float! gap-2! p-3!',
          title: 'font-medium!',
          description: 'text-muted! text-sm!',
          actionButton:
            'h-7! rounded-md! bg-transparent! border! border-solid! border-line-strong! text-ink! font-medium! text-sm! px-2!',
        },
      }}
    />
  );
}

function showToast({ message, description, tone = 'neutral', action, durationMs, id }: Toast): void {
  sonner(message, {
    ...(description === undefined ? {} : { description }),
    ...(durationMs === undefined ? {} : { duration: durationMs }),
    ...(id === undefined ? {} : { id }),
    ...(action === undefined ? {} : { action: { label: action.label, onClick: action.onSelect } }),
    ...(tone === 'neutral' ? {} : { icon: <Glyph name={glyphs[tone]} className={toneText[tone]} /> }),
  });
}
