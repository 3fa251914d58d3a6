'use client';

import { lazy, Suspense, useEffect, useMemo, useRef, useState, useTransition } from 'react';
import { type Command, useCommands } from '@/components/shell/commands';
import { useShortcuts } from '@/components/shell/use-shortcuts';
import { Avatar } from '@/components/ui/avatar';
import { Button } from '@/components/ui/button';
import { Confirm } from '@/components/ui/confirm';
import { Time } from '@/components/ui/time';
import { toast } from '@/components/ui/toast';
import type { ActionAnswer, ClaimActions, RequestView, SnoozeActions } from '@/lib/approvals/views';

const SnoozeDialog = lazy(() => import('./snooze-dialog'));
const GiveDialog = lazy(() => import('./give-dialog'));

/**
 * Who is on a request, and taking it, giving it away or letting it go. It keeps nobody from deciding, and says so.
 * `decides`: the viewer may vote on it and has not.
 */
export function SharingBar({
  approvalId,
  claim,
  decides,
  may,
  actions,
  snoozedUntil,
  snoozes,
  snoozing = false,
}: {
  approvalId: string;
  claim: RequestView['claim'];
  decides: boolean;
  may: boolean; // the viewer may say who is on it
  actions: ClaimActions;
  snoozedUntil: Date | null;
  snoozes: SnoozeActions;
  /** The address asks to set it aside. */
  snoozing?: boolean;
}) {
  const [busy, startBusy] = useTransition();
  const [giving, setGiving] = useState(false);
  const [settingAside, setSettingAside] = useState(snoozing && decides);
  const [asking, setAsking] = useState(false);
  const over = claim?.holderId ?? null;

  const run = (act: () => Promise<ActionAnswer>) => {
    if (busy) return;
    startBusy(async () => said(await act().catch(unreachable)));
  };
  const take = () => run(() => actions.claim(approvalId, over));
  const release = () => run(() => actions.release(approvalId));
  const press = () => {
    if (claim?.mine) release();
    else if (claim === null) take();
    else setAsking(true);
  };
  useShortcuts({ s: () => setSettingAside(true) }, { enabled: decides && snoozedUntil === null });
  useShortcuts({ c: press }, { enabled: decides || claim?.mine === true });

  const latest = useRef(press);
  useEffect(() => {
    latest.current = press;
  });
  const label = claim?.mine ? 'Let it go' : claim === null ? 'Take it' : `Take it over from ${claim.name}`;
  const offered = useMemo(
    (): readonly Command[] => [
      ...(decides || claim?.mine
        ? [{ id: 'claim', label, group: 'This request', kbd: 'c', run: () => latest.current() }]
        : []),
      ...(decides && snoozedUntil === null
        ? [{ id: 'snooze', label: 'Set it aside', group: 'This request', kbd: 's', run: () => setSettingAside(true) }]
        : []),
      ...(may ? [{ id: 'give', label: 'Give it to somebody', group: 'This request', run: () => setGiving(true) }] : []),
    ],
    [label, decides, may, claim?.mine, snoozedUntil],
  );
  useCommands(offered);

  if (claim === null && !may) return null;
  return (
    <section
      aria-label="Who is on it"
      className="mb-4 flex min-h-12 flex-wrap items-center gap-x-3 gap-y-2 rounded-md border border-line bg-surface px-4 py-2"
    >
      {claim !== null && <Avatar name={claim.name} size="sm" />}
      <p className="min-w-0 flex-1 basis-56" aria-live="polite">
        {claim === null ? (
          <span className="text-muted">Nobody is on it.</span>
        ) : (
          <>
            <span className="font-medium">{claim.mine ? 'You are' : `${claim.name} is`}</span> on it
            {claim.givenBy !== null && `, given by ${claim.givenBy}`}
            <span className="text-faint text-sm">
              {' · '}
              <Time value={claim.at} />
              {' · Others may still decide.'}
            </span>
          </>
        )}
        {snoozedUntil !== null && (
          <span className="block text-muted text-sm">
            You have set it aside; it comes back <Time value={snoozedUntil} />.
          </span>
        )}
      </p>
      <span className="flex flex-wrap gap-2 max-sm:[&_kbd]:hidden">
        {claim === null && decides && (
          <Button size="sm" kbd="c" loading={busy} onClick={take}>
            Take it
          </Button>
        )}
        {claim !== null && !claim.mine && decides && (
          <Confirm
            button={{ size: 'sm', kbd: 'c', loading: busy, children: 'Take over…' }}
            title={`Take it over from ${claim.name}?`}
            description="They may be deciding right now. They see that you took it."
            confirmLabel="Take over"
            side="bottom"
            open={asking}
            onOpenChange={setAsking}
            onConfirm={async () => {
              const answer = await actions.claim(approvalId, over).catch(unreachable);
              if (answer.kind === 'refused') return answer.message;
              said(answer);
              return undefined;
            }}
          />
        )}
        {claim?.mayRelease && (
          <Button size="sm" variant="ghost" loading={busy} onClick={release} {...(claim.mine ? { kbd: 'c' } : {})}>
            Let it go
          </Button>
        )}
        {snoozedUntil !== null && (
          <Button size="sm" loading={busy} onClick={() => run(() => snoozes.end(approvalId))}>
            Take it up again
          </Button>
        )}
        {decides && snoozedUntil === null && (
          <Button size="sm" variant="ghost" kbd="s" onClick={() => setSettingAside(true)}>
            Set aside…
          </Button>
        )}
        {may && (
          <Button size="sm" variant="ghost" onClick={() => setGiving(true)}>
            Give to…
          </Button>
        )}
      </span>
      {settingAside && decides && (
        <Suspense fallback={null}>
          <SnoozeDialog approvalId={approvalId} actions={snoozes} onClose={() => setSettingAside(false)} />
        </Suspense>
      )}
      {giving && (
        <Suspense fallback={null}>
          <GiveDialog approvalId={approvalId} claim={claim} actions={actions} onClose={() => setGiving(false)} />
        </Suspense>
      )}
    </section>
  );
}

function said(answer: ActionAnswer): void {
  toast(answer.message, { tone: answer.kind === 'done' ? 'success' : 'warning' });
}

function unreachable(): ActionAnswer {
  return { kind: 'refused', message: 'The server could not be reached. Reload the page and look again.', problems: [] };
}
