'use client';

import { useEffect, useState, useTransition } from 'react';
import { Banner } from '@/components/ui/banner';
import { Button, ButtonLink } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Glyph } from '@/components/ui/glyph';
import { JsonView } from '@/components/ui/json-view';
import { Problem } from '@/components/ui/problem';
import { RadioGroup } from '@/components/ui/radio-group';
import { SafeText } from '@/components/ui/safe-text';
import { Tier } from '@/components/ui/tier';
import type { TogetherActions } from '@/lib/approvals/views';
import type { NextStep } from '@/lib/domain/approval';
import { RejectFields } from './reject-fields';

type Found = Awaited<ReturnType<TogetherActions['find']>>;
type Answer = Awaited<ReturnType<TogetherActions['decide']>>;

/**
 * Decides several identical calls of low risk at once. First it says what, how many, each of them and for whom; then what
 * came of each, since some may have been decided elsewhere meanwhile.
 */
export default function DecideTogether({
  ids,
  actions,
  reviewHref,
  onClose,
}: {
  ids: readonly string[];
  actions: TogetherActions;
  reviewHref: string;
  onClose: (decided: boolean) => void;
}) {
  const [found, setFound] = useState<Found | null>(null);
  const [verdict, setVerdict] = useState<'approve' | 'reject'>('approve');
  const [reason, setReason] = useState('');
  const [next, setNext] = useState<NextStep>('stop');
  const [missing, setMissing] = useState(false);
  const [problem, setProblem] = useState('');
  const [results, setResults] = useState<Extract<Answer, { kind: 'voted' }>['results'] | null>(null);
  const [busy, startBusy] = useTransition();
  const [asked] = useState(ids); // what was chosen when it opened
  useEffect(() => {
    let wanted = true;
    actions.find(asked).then(
      (answer) => wanted && setFound(answer),
      () => wanted && setProblem(unreachable),
    );
    return () => {
      wanted = false;
    };
  }, [actions, asked]);

  const calls = found?.kind === 'together' ? found.view.calls : [];
  const count = `${calls.length} requests`;
  const act = verdict === 'approve' ? 'Approve' : 'Reject';
  const decide = () => {
    if (busy) return;
    if (verdict === 'reject' && reason.trim() === '') return setMissing(true);
    setProblem('');
    startBusy(async () => {
      try {
        const answer = await actions.decide({
          calls: calls.map(({ id, callHash }) => ({ id, callHash })),
          verdict: verdict === 'approve' ? { verdict } : { verdict, reason: reason.trim(), next },
        });
        if (answer.kind === 'apart') setFound(answer);
        else setResults(answer.results);
      } catch {
        setProblem(unreachable);
      }
    });
  };
  const close = () => onClose(results !== null);
  if (results !== null) {
    const counted = results.filter((result) => result.counted).length;
    return (
      <Dialog
        open
        onOpenChange={close}
        title={`${counted} of ${results.length} recorded`}
        footer={
          <Button variant="primary" data-autofocus onClick={close}>
            Close
          </Button>
        }
      >
        <ul className="grid gap-2" aria-label="What came of each">
          {results.map((result) => (
            <li key={result.id} className="flex items-start gap-2 border-line border-b pb-2 last:border-b-0">
              <Glyph
                name={result.counted ? 'check' : 'warning'}
                className={result.counted ? 'mt-1 text-success' : 'mt-1 text-warning'}
              />
              <div className="min-w-0">
                <a href={`/approvals/${result.id}`} className="wrap-anywhere underline-offset-2 hover:underline">
                  <SafeText>{result.effect}</SafeText>
                </a>
                <p className="text-muted text-sm">{result.message}</p>
              </div>
            </li>
          ))}
        </ul>
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onOpenChange={close}
      dismissable={false}
      title={found?.kind === 'apart' ? 'Not together' : 'Decide together'}
      footer={
        found?.kind === 'apart' ? (
          <>
            <Button onClick={close}>Close</Button>
            <ButtonLink variant="primary" href={reviewHref}>
              Review in turn
            </ButtonLink>
          </>
        ) : (
          <>
            <Button onClick={close}>Cancel</Button>
            <Button
              variant={verdict === 'approve' ? 'primary' : 'danger'}
              loading={busy}
              disabled={found === null}
              onClick={decide}
            >
              {found === null ? act : `${act} ${count}`}
            </Button>
          </>
        )
      }
    >
      <div className="grid gap-4">
        <Problem text={problem} />
        {found === null && problem === '' && <p className="text-muted">Reading the requests…</p>}
        {found?.kind === 'apart' && (
          <Banner tone="warning">
            {found.message} Only identical calls of low risk are decided with one act; look at these one after the
            other.
          </Banner>
        )}
        {found?.kind === 'together' && (
          <>
            <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <Tier tier={found.view.tier} />
              <span>
                {`${calls.length} identical calls of `}
                <span className="font-mono text-sm">
                  <SafeText>{found.view.tool}</SafeText>
                </span>
                {found.view.agent !== null && (
                  <>
                    {' by '}
                    <SafeText>{found.view.agent}</SafeText>
                  </>
                )}
              </span>
            </p>
            <JsonView value={found.view.arguments} label="The arguments of each" depth={2} />
            <ol className="grid max-h-48 gap-1.5 overflow-y-auto" aria-label="Requests">
              {calls.map((call) => (
                <li key={call.id} className="wrap-anywhere">
                  <SafeText>{call.effect}</SafeText>
                  <span className="text-faint text-sm">
                    {' · for '}
                    <SafeText>{call.requester ?? 'nobody named'}</SafeText>
                    {call.runTitle !== '' && (
                      <>
                        {' · '}
                        <SafeText>{call.runTitle}</SafeText>
                      </>
                    )}
                  </span>
                </li>
              ))}
            </ol>
            <RadioGroup
              legend="Your vote on each of them"
              boxed
              value={verdict}
              onValueChange={setVerdict}
              className="[&>div]:sm:grid-cols-2"
              options={[
                { value: 'approve', label: 'Approve', description: 'Each runs as it was proposed.' },
                { value: 'reject', label: 'Reject', description: 'Each agent is told the same reason.' },
              ]}
            />
            {verdict === 'reject' && (
              <RejectFields
                reason={reason}
                onReason={setReason}
                next={next}
                onNext={setNext}
                missing={missing && reason.trim() === ''}
              />
            )}
          </>
        )}
      </div>
    </Dialog>
  );
}

const unreachable =
  'The server could not be reached, so it is not known what was recorded. Look at the requests again.';
