'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ButtonSize } from './button-class';
import { IconButton } from './icon-button';

const SHOWN_MS = 1500;

/** Copies `value` and says so, to eyes and to screen readers. */
export function CopyButton({
  value,
  label = 'Copy',
  size = 'sm',
  className,
}: {
  value: string;
  label?: string;
  size?: ButtonSize;
  className?: string;
}) {
  const [outcome, setOutcome] = useState<'idle' | 'copied' | 'failed'>('idle');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const copy = async () => {
    clearTimeout(timer.current);
    try {
      await navigator.clipboard.writeText(value);
      setOutcome('copied');
    } catch {
      setOutcome('failed');
    }
    timer.current = setTimeout(() => setOutcome('idle'), SHOWN_MS);
  };

  return (
    <>
      <IconButton
        label={outcome === 'failed' ? 'Could not copy: select the text instead' : label}
        icon={outcome === 'copied' ? <Check className="text-success" /> : <Copy />}
        size={size}
        {...(className === undefined ? {} : { className })}
        onClick={() => void copy()}
      />
      <span role="status" className="sr-only">
        {outcome === 'copied' ? 'Copied' : ''}
      </span>
    </>
  );
}
