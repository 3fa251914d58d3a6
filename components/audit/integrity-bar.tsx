'use client';

import { lazy, Suspense, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Glyph } from '@/components/ui/glyph';
import { Time } from '@/components/ui/time';
import type { Consistency, IntegrityView } from '@/lib/audit/views';

const IntegrityDialog = lazy(() => import('./integrity-dialog'));

export type IntegrityActions = Readonly<{
  checkpoint: () => Promise<{ ok: boolean; message: string }>;
  verify: () => Promise<{ ok: boolean; message: string }>;
  prove: (checkpoint: string) => Promise<Consistency | { message: string }>;
}>;

/** How the log stands, in one line; what is behind it opens beside the page. */
export function IntegrityBar({ integrity, actions }: { integrity: IntegrityView; actions: IntegrityActions }) {
  const [open, setOpen] = useState(false);
  const { size, waiting, checkpoint, places, verification } = integrity;
  const { newest, finished } = verification;
  const found = finished?.findingCount ?? 0;
  const unwritten = places.some(({ ok }) => !ok);
  const troubled = unwritten || found > 0;
  return (
    <>
      <div className="mb-3 flex min-h-10 flex-wrap items-center gap-x-4 gap-y-1 rounded-lg border border-line bg-surface py-1 pr-1.5 pl-3 text-sm">
        <span className="flex items-center gap-2">
          <Glyph name={troubled ? 'warning' : 'check'} className={troubled ? 'text-warning' : 'text-success'} />
          <span className="tabular-nums">
            {size === 1 ? '1 entry in the log' : `${size.toLocaleString('en')} entries in the log`}
          </span>
        </span>
        {waiting.count > 0 && (
          <span className="text-faint tabular-nums">{`${waiting.count}${waiting.more ? '+' : ''} on their way in`}</span>
        )}
        <span className="text-muted">
          {checkpoint === null ? (
            'No checkpoint yet'
          ) : (
            <>
              Signed <Time value={checkpoint.at} />
            </>
          )}
        </span>
        <span className={found > 0 ? 'text-danger' : 'text-muted'}>
          {newest !== null && newest.finishedAt === null ? (
            `Verifying: ${share(newest)} %`
          ) : finished === null ? (
            'Not verified yet'
          ) : (
            <>
              {found === 0 ? 'Verified ' : `${found === 1 ? 'One finding' : `${found} findings`} `}
              <Time value={finished.finishedAt ?? finished.startedAt} />
            </>
          )}
        </span>
        {unwritten && <span className="text-warning">A place of the checkpoints cannot be written to</span>}
        <Button size="sm" variant="ghost" className="ml-auto" onClick={() => setOpen(true)}>
          Verify integrity
        </Button>
      </div>
      {open && (
        <Suspense fallback={null}>
          <IntegrityDialog integrity={integrity} actions={actions} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

function share({ checked, size }: { checked: number; size: number }): number {
  return size === 0 ? 0 : Math.floor((checked / size) * 100);
}
