'use client';

import { useEffect, useState, useTransition } from 'react';
import { Banner } from '@/components/ui/banner';
import { buttonClass } from '@/components/ui/button-class';
import { Status } from '@/components/ui/status';
import type { Consistency } from '@/lib/audit/views';

type Proof = Readonly<{ address: string; name: string; olderSize: number; newerSize: number }>;

/** Takes a checkpoint that somebody kept, and gives the proof that the log still begins with it, as a file. */
export function ProveFromCheckpoint({
  prove,
}: {
  prove: (checkpoint: string) => Promise<Consistency | { message: string }>;
}) {
  const [answer, setAnswer] = useState<Proof | { message: string } | null>(null);
  const [busy, start] = useTransition();
  const address = answer !== null && 'address' in answer ? answer.address : null;
  useEffect(() => () => (address === null ? undefined : URL.revokeObjectURL(address)), [address]);
  return (
    <section className="grid gap-3">
      <h3 className="border-line border-b pb-1 font-medium text-sm">Since a checkpoint that you kept</h3>
      <p className="text-muted">
        Open one that was saved before. The proof shows, without this server, that the log has only grown since.
      </p>
      <input
        type="file"
        aria-label="A checkpoint that you kept"
        className="min-w-0 rounded-md text-muted text-sm file:mr-3 file:h-7 file:rounded-md file:border file:border-line-strong file:border-solid file:bg-surface file:px-2 file:font-medium file:text-ink file:hover:bg-hover pointer-coarse:file:h-9"
        disabled={busy}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file === undefined) return;
          start(async () => {
            const proved = await prove((await file.slice(0, mostBytes).text()).slice(0, mostBytes));
            setAnswer('file' in proved ? kept(proved) : proved);
          });
        }}
      />
      <div aria-live="polite">
        {answer !== null &&
          ('address' in answer ? (
            <div className="flex flex-wrap items-center justify-between gap-3">
              <Status tone="success" glyph="check">
                {`The first ${answer.olderSize.toLocaleString('en')} of ${answer.newerSize.toLocaleString('en')} entries are still those`}
              </Status>
              <a href={answer.address} download={answer.name} className={buttonClass({ size: 'sm' })}>
                Save the proof
              </a>
            </div>
          ) : (
            <Banner tone="danger">{answer.message}</Banner>
          ))}
      </div>
    </section>
  );
}

const mostBytes = 100_000; // a checkpoint has some 500

function kept({ file, olderSize, newerSize }: Consistency): Proof {
  const address = URL.createObjectURL(new Blob([file], { type: 'application/json' }));
  return { address, name: `countersign-proof-${olderSize}-${newerSize}.json`, olderSize, newerSize };
}
