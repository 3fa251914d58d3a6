'use client';

import { useEffect, useState } from 'react';
import { Button } from '@/components/ui/button';

/** Takes a decision back for as long as it says; then it is gone. */
export function UndoButton({ until, busy, onUndo }: { until: Date; busy: boolean; onUndo: () => void }) {
  const end = until.getTime();
  const [left, setLeft] = useState<number | null>(null);
  useEffect(() => {
    const tick = () => setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000)));
    tick();
    const timer = setInterval(tick, 200);
    return () => clearInterval(timer);
  }, [end]);
  if (left === 0) return null;
  return (
    <Button kbd="z" loading={busy} onClick={onUndo}>
      Undo
      <span className="min-w-8 text-right text-muted tabular-nums">{left === null ? '' : `${left} s`}</span>
    </Button>
  );
}
