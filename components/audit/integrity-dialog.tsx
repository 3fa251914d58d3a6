'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useState, useTransition } from 'react';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Definition, DefinitionList } from '@/components/ui/definition-list';
import { Dialog } from '@/components/ui/dialog';
import { Link } from '@/components/ui/link';
import { Progress } from '@/components/ui/progress';
import { SafeText } from '@/components/ui/safe-text';
import { Status } from '@/components/ui/status';
import { Time } from '@/components/ui/time';
import type { IntegrityView, VerificationView } from '@/lib/audit/views';
import type { IntegrityActions } from './integrity-bar';
import { ProveFromCheckpoint } from './prove-from-checkpoint';

const placeName: Readonly<Record<string, string>> = { directory: 'Directory', slack: 'Slack channel' };

/** The log's size, root and checkpoints, with what can be done to be sure of them. */
export default function IntegrityDialog({
  integrity,
  actions,
  onClose,
}: {
  integrity: IntegrityView;
  actions: IntegrityActions;
  onClose: () => void;
}) {
  const { log, size, root, checkpoint, places, verification } = integrity;
  const { newest, finished } = verification;
  const underWay = newest !== null && newest.finishedAt === null ? newest : null;
  useRefreshing(underWay !== null);
  const [answer, setAnswer] = useState<{ ok: boolean; message: string } | null>(null);
  const [busy, start] = useTransition();
  return (
    <Dialog
      open
      onOpenChange={onClose}
      side="right"
      title="Integrity"
      description="Every entry is a leaf of one tree. Its root says what all of them say; a signed root cannot be taken back."
      footer={
        <>
          <Button loading={busy} onClick={() => start(async () => setAnswer(await actions.checkpoint()))}>
            Write a checkpoint
          </Button>
          <Button
            variant="primary"
            loading={underWay !== null}
            onClick={() =>
              start(async () => {
                const begun = await actions.verify();
                setAnswer(begun.ok ? null : begun);
              })
            }
          >
            Verify everything
          </Button>
        </>
      }
    >
      <div className="grid gap-6">
        {answer !== null && (
          <Banner tone={answer.ok ? 'success' : 'danger'} live>
            {answer.message}
          </Banner>
        )}
        <DefinitionList>
          <Definition label="Log" mono>
            {log}
          </Definition>
          <Definition label="Entries">{size.toLocaleString('en')}</Definition>
          <Definition label="Root" mono>
            <Hash value={root} label="the root" />
          </Definition>
        </DefinitionList>
        <section className="grid gap-3">
          <h3 className="border-line border-b pb-1 font-medium text-sm">Last full verification</h3>
          {underWay !== null && (
            <Progress
              value={underWay.checked}
              max={Math.max(1, underWay.size)}
              label="Verification"
              text={`${underWay.checked.toLocaleString('en')} of ${underWay.size.toLocaleString('en')} entries`}
            />
          )}
          {finished !== null ? (
            <Verified verification={finished} />
          ) : (
            underWay === null && (
              <p className="text-muted">
                None yet. It reads every entry again and compares it with the tree and with every checkpoint.
              </p>
            )
          )}
        </section>
        <section>
          <h3 className="mb-2 border-line border-b pb-1 font-medium text-sm">Last checkpoint</h3>
          {checkpoint === null ? (
            <p className="text-muted">None has been written yet. The worker writes one within minutes.</p>
          ) : (
            <DefinitionList>
              <Definition label="Signed">
                <Time value={checkpoint.at} format="absolute" className="" />
              </Definition>
              <Definition label="Entries">{checkpoint.size.toLocaleString('en')}</Definition>
              <Definition label="Root" mono>
                <Hash value={checkpoint.root} label="the checkpoint’s root" />
              </Definition>
              {places.map((place) => (
                <Definition
                  key={place.kind}
                  label={placeName[place.kind] ?? place.kind}
                  {...(place.ok || place.message === '' ? {} : { note: place.message })}
                >
                  {place.ok ? (
                    <Status tone="success" glyph="check">
                      {place.current ? 'Has it' : 'Has those before'}
                    </Status>
                  ) : (
                    <Status tone="danger" glyph="cross">
                      Cannot be written to
                    </Status>
                  )}{' '}
                  <Time value={place.at} className="text-faint text-sm" />
                </Definition>
              ))}
            </DefinitionList>
          )}
        </section>
        <ProveFromCheckpoint prove={actions.prove} />
        <p className="text-muted text-sm">
          Anybody can check receipts, exports, checkpoints and proofs without this server, with the{' '}
          <Link href="/.well-known/jwks.json" prefetch={false}>
            published keys
          </Link>
          .
        </p>
      </div>
    </Dialog>
  );
}

function Verified({ verification }: { verification: VerificationView }) {
  const { findingCount, findings, size, checkpoints, finishedAt, startedAt } = verification;
  return (
    <div className="grid gap-3">
      {findingCount === 0 ? (
        <Status tone="success" glyph="check">
          Nothing was changed, removed or moved
        </Status>
      ) : (
        <Banner tone="danger" title={findingCount === 1 ? 'One finding' : `${findingCount} findings`}>
          <ul className="list-disc pl-5">
            {findings.map(({ message }) => (
              <li key={message} className="wrap-anywhere">
                <SafeText>{message}</SafeText>
              </li>
            ))}
          </ul>
          {findings.length < findingCount && <p>{`The first ${findings.length} of them.`}</p>}
        </Banner>
      )}
      <DefinitionList>
        <Definition label="Finished">
          <Time value={finishedAt ?? startedAt} format="absolute" className="" />
        </Definition>
        <Definition label="Entries">{size.toLocaleString('en')}</Definition>
        <Definition label="Checkpoints">{checkpoints.toLocaleString('en')}</Definition>
      </DefinitionList>
    </div>
  );
}

const readEveryMs = 1_500;

// How far a verification is stands in the database: the page is read again while one is under way.
function useRefreshing(on: boolean): void {
  const router = useRouter();
  useEffect(() => {
    if (!on) return;
    const timer = setInterval(() => router.refresh(), readEveryMs);
    return () => clearInterval(timer);
  }, [on, router]);
}

function Hash({ value, label }: { value: string; label: string }) {
  return (
    <span className="flex items-start gap-1">
      <span className="min-w-0 wrap-anywhere">{value}</span>
      <CopyButton value={value} label={`Copy ${label}`} />
    </span>
  );
}
