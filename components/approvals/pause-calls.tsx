'use client';

import { lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import { ActionBar } from '@/components/shell/action-bar';
import { useRowFocus } from '@/components/shell/use-row-focus';
import { Button } from '@/components/ui/button';
import { Countdown } from '@/components/ui/countdown';
import { Progress } from '@/components/ui/progress';
import { SafeText } from '@/components/ui/safe-text';
import { Tier } from '@/components/ui/tier';
import type { PauseCallView, ReviewActions } from '@/lib/approvals/views';
import type { StepUpNeed } from '@/lib/domain/step-up';
import { ApprovalStatusMark } from './approval-status';
import { Dock } from './dock';

const RejectMany = lazy(() => import('./reject-many').then((module) => ({ default: module.RejectMany })));

/**
 * The calls of a pause, each with a decision of its own: one rejection never cancels the others. `J` and `K` move, the
 * deciding keys mean the call that holds the focus.
 */
export function PauseCalls({
  calls,
  actions,
  details,
  stepUp,
}: {
  calls: readonly PauseCallView[];
  actions: ReviewActions;
  /** What each call would do, in the order of the calls. */
  details: readonly ReactNode[];
  stepUp?: StepUpNeed;
}) {
  const list = useRef<HTMLOListElement>(null);
  const [active, setActive] = useState<string | null>(null);
  const [rejecting, setRejecting] = useState(false);
  useRowFocus(list);
  const decided = calls.filter((call) => call.status !== 'pending').length;
  const rest = calls.filter(
    (call) => call.status === 'pending' && call.viewer.may === 'yes' && !call.viewer.voted && !call.pastDeadline,
  );
  const lead = rest.find((call) => call.id === active) ?? rest[0];
  return (
    <>
      <ol ref={list} className="grid gap-4 pb-6">
        {calls.map((call, index) => (
          <li
            key={call.id}
            onFocusCapture={() => setActive(call.id)}
            className="min-w-0 scroll-mt-4 rounded-lg border border-line bg-surface max-md:scroll-mt-16 has-[[data-row-link]:focus-visible]:border-focus"
          >
            <div className="flex flex-wrap items-start gap-x-4 gap-y-1 px-4 pt-3">
              <h2 className="min-w-0 flex-1 basis-64 font-semibold text-lg wrap-anywhere">
                <a data-row-link href={`/approvals/${call.id}`} className="rounded-sm hover:underline">
                  <SafeText>{call.effect}</SafeText>
                </a>
              </h2>
              <span className="text-faint text-sm">{`Call ${index + 1} of ${calls.length}`}</span>
            </div>
            <div className="flex flex-wrap items-center gap-x-4 px-4 pt-1">
              <Tier tier={call.tier} />
              <ApprovalStatusMark status={call.status} changed={call.decision?.changed ?? false} />
              {call.status === 'pending' && <Countdown deadline={call.deadline} />}
              <span className="font-mono text-muted text-sm wrap-anywhere">
                <SafeText>{call.tool}</SafeText>
              </span>
            </div>
            <p className="px-4 pt-2">
              {call.rule.reason} <span className="text-faint text-sm">{`Rule “${call.rule.name}”`}</span>
            </p>
            <div className="px-4 py-2">{details[index]}</div>
            <Dock
              request={call}
              actions={actions}
              inCard
              active={active === call.id}
              lead={lead?.id === call.id}
              stepUp={stepUp ?? 'nothing'}
            />
          </li>
        ))}
      </ol>
      <ActionBar
        label="The whole pause"
        className="mt-auto"
        note={
          <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
            <Progress
              value={decided}
              max={calls.length}
              label="Calls decided"
              text={`${decided} of ${calls.length} decided`}
            />
            <span>{decided < calls.length ? 'The agent goes on when all are.' : 'All calls are decided.'}</span>
          </span>
        }
      >
        {rest.length > 0 && (
          <Button variant="danger-quiet" onClick={() => setRejecting(true)}>
            Reject the rest…
          </Button>
        )}
      </ActionBar>
      {rejecting && (
        <Suspense fallback={null}>
          <RejectMany
            open={rejecting}
            onOpenChange={setRejecting}
            requests={rest}
            vote={actions.vote}
            onDone={() => setRejecting(false)}
          />
        </Suspense>
      )}
    </>
  );
}
