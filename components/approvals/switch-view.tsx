'use client';

import { type ReactNode, useState } from 'react';
import { SegmentedControl } from '@/components/ui/segmented-control';

/** Two views of the same thing, one at a time; both come with the page. */
export function SwitchView({
  label,
  first,
  second,
  note,
}: {
  label: string;
  first: { label: string; content: ReactNode };
  second: { label: string; content: ReactNode };
  note?: ReactNode;
}) {
  const [shown, setShown] = useState<'first' | 'second'>('first');
  return (
    <>
      <div className="flex min-h-8 flex-wrap items-center justify-between gap-2 pb-1">
        <div className="flex min-w-0 flex-wrap items-center gap-2">{note}</div>
        <SegmentedControl
          label={label}
          value={shown}
          options={[
            { value: 'first', label: first.label },
            { value: 'second', label: second.label },
          ]}
          onValueChange={setShown}
        />
      </div>
      {shown === 'first' ? first.content : second.content}
    </>
  );
}
