'use client';

import { useRef, useState } from 'react';
import { Banner } from '@/components/ui/banner';
import { Button, ButtonLink } from '@/components/ui/button';
import { buttonClass } from '@/components/ui/button-class';
import { Dialog } from '@/components/ui/dialog';
import { Progress } from '@/components/ui/progress';
import { RadioGroup } from '@/components/ui/radio-group';

const formats = [
  {
    value: 'jsonl',
    label: 'JSON Lines',
    description: 'One entry a line, with its leaf and the hashes of what the filter leaves out.',
  },
  { value: 'csv', label: 'CSV', description: 'For spreadsheets. Carries the leaves too.' },
  { value: 'ocsf', label: 'OCSF', description: 'API Activity, for security tools.' },
] as const;
type Format = (typeof formats)[number]['value'];

// What fits comfortably into the memory of a page; larger files go straight to the disk, in the hands of the browser.
const mostBytes = 200 * 1024 * 1024;

type State =
  | { kind: 'idle' }
  | { kind: 'running'; lines: number; total: number }
  | { kind: 'done'; address: string; name: string; lines: number }
  | { kind: 'failed'; message: string };

/** Exports the part of the history that the filter in `query` means, and says how far it is. */
export default function ExportDialog({ query, onClose }: { query: string; onClose: () => void }) {
  const [format, setFormat] = useState<Format>('jsonl');
  const [state, setState] = useState<State>({ kind: 'idle' });
  const stop = useRef<AbortController>(null);
  const address = `/audit/export?${query}${query === '' ? '' : '&'}format=${format}`;
  const close = () => {
    stop.current?.abort();
    if (state.kind === 'done') URL.revokeObjectURL(state.address);
    onClose();
  };
  const run = async () => {
    const control = new AbortController();
    stop.current = control;
    setState({ kind: 'running', lines: 0, total: 0 });
    try {
      const file = await download(address, control.signal, (lines, total) =>
        setState({ kind: 'running', lines, total }),
      );
      setState({ kind: 'done', ...file });
    } catch (error) {
      if (!control.signal.aborted) setState({ kind: 'failed', message: error instanceof Error ? error.message : '' });
    }
  };
  return (
    <Dialog
      open
      onOpenChange={close}
      title="Export"
      description={
        query === ''
          ? 'The whole history, as a file that verifies without this server.'
          : 'What the present filter shows, as a file that verifies without this server.'
      }
      footer={
        state.kind === 'done' ? (
          <>
            <Button onClick={close}>Close</Button>
            <a
              href={state.address}
              download={state.name}
              className={buttonClass({ variant: 'primary' })}
              data-autofocus
            >
              Save the file
            </a>
          </>
        ) : (
          <>
            <Button onClick={close}>Cancel</Button>
            <Button variant="primary" loading={state.kind === 'running'} onClick={() => void run()}>
              Export
            </Button>
          </>
        )
      }
    >
      <div className="grid gap-5">
        {state.kind === 'failed' && (
          <Banner tone="danger" live action={<ButtonLink href={address}>Let the browser load it</ButtonLink>}>
            {state.message === '' ? 'The export broke off.' : state.message}
          </Banner>
        )}
        {state.kind === 'running' ? (
          <Progress
            value={state.lines}
            max={Math.max(1, state.total)}
            label="Export"
            text={`${state.lines.toLocaleString('en')} of ${state.total.toLocaleString('en')} entries`}
          />
        ) : state.kind === 'done' ? (
          <Banner tone="success" live>
            {`${state.name} is ready. Check it with npm run countersign -- audit verify ${state.name}, or on the page /verify.`}
          </Banner>
        ) : (
          <RadioGroup
            legend="Format"
            boxed
            value={format}
            onValueChange={setFormat}
            options={formats.map((one) => ({ ...one }))}
          />
        )}
        <p className="text-faint text-sm">The export itself is on record.</p>
      </div>
    </Dialog>
  );
}

async function download(
  address: string,
  signal: AbortSignal,
  progress: (lines: number, total: number) => void,
): Promise<{ address: string; name: string; lines: number }> {
  const answer = await fetch(address, { signal });
  if (!answer.ok || answer.body === null) throw new Error(`The server answered ${answer.status}.`);
  const total = Number(answer.headers.get('x-total-count') ?? 0);
  const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? 'countersign-audit';
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  let lines = 0;
  const reader = answer.body.getReader();
  for (let shown = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    bytes += value.length;
    for (const byte of value) if (byte === 10) lines += 1;
    if (bytes > mostBytes) {
      await reader.cancel();
      throw new Error('This is too much for a page to hold.');
    }
    if (performance.now() - shown > 100) {
      shown = performance.now();
      progress(Math.min(lines, total), total);
    }
  }
  const type = answer.headers.get('content-type') ?? 'application/octet-stream';
  return { address: URL.createObjectURL(new Blob(parts, { type })), name, lines };
}
