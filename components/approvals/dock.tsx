'use client';

import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState, useTransition } from 'react';
import { type Command, useCommands } from '@/components/shell/commands';
import { useListGuard } from '@/components/shell/use-list-guard';
import { useSeen } from '@/components/shell/use-seen';
import { useShortcuts } from '@/components/shell/use-shortcuts';
import { Button, ButtonLink } from '@/components/ui/button';
import { cx } from '@/components/ui/cx';
import { Glyph } from '@/components/ui/glyph';
import { Time } from '@/components/ui/time';
import type { ActionAnswer, MoreAsked, RequestView, ReviewActions, VoteCommand } from '@/lib/approvals/views';
import type { ArgumentProblem } from '@/lib/domain/approval';
import type { JsonObject } from '@/lib/domain/json';
import { namesInWords } from '@/lib/domain/names';
import { needsStepUp, type StepUpNeed } from '@/lib/domain/step-up';
import { ApprovalStatusMark } from './approval-status';
import type { ProofField } from './form-frame';
import { KeptWords, type TypedWords, withTyped } from './kept-words';
import { UndoButton } from './undo-button';
import { settledWords, verdictWords } from './wording';

const forms = {
  approve: () => import('./approve-form'),
  reject: () => import('./reject-form'),
  answer: () => import('./answer-form'),
  edit: () => import('./edit-form'),
  record: () => import('./record-form'),
};
const away = () => ({ default: FormAway }); // a server that cannot be reached costs the form, not the page
const ApproveForm = lazy(() => forms.approve().catch(away));
const RejectForm = lazy(() => forms.reject().catch(away));
const AnswerForm = lazy(() => forms.answer().catch(away));
const EditForm = lazy(() => forms.edit().catch(away));
const RecordForm = lazy(() => forms.record().catch(away));

/** What the dock needs to know of a request. */
export type DockRequest = Pick<
  RequestView,
  | 'id'
  | 'version'
  | 'status'
  | 'tier'
  | 'effect'
  | 'callHash'
  | 'fields'
  | 'edit'
  | 'proposal'
  | 'viewer'
  | 'pastDeadline'
  | 'awaitsResult'
  | 'decision'
  | 'approvalsGiven'
> & { approvalsNeeded: number };

export type DockAct = 'approve' | 'reject' | 'answer' | 'edit' | 'record';

/** What every form of the dock is given. A form that is refused stays open with what was typed. */
export type DockFormProps = Readonly<{
  request: DockRequest;
  reveal: ReviewActions['reveal'];
  busy: boolean;
  problems: readonly ArgumentProblem[];
  /** What proves that it is still the same person; null where nobody asks. */
  proof: ProofField | null;
  onVote: (command: DockCommand) => void;
  onRecord: (result: string | JsonObject) => void;
  onCancel: () => void;
}>;

/** A vote without what the dock adds to each: the request, and the hash of the call that was shown. */
export type DockCommand = VoteCommand extends infer Each
  ? Each extends VoteCommand
    ? Omit<Each, 'approvalId' | 'callHash'>
    : never
  : never;

type Notice = { tone: 'done' | 'refused'; text: string };

/**
 * What can be done about one request, always in reach at the foot of the page. Keys and buttons do the same; a key that
 * is held never decides, and none acts in the first moment after the request on show has changed.
 */
export function Dock({
  request,
  actions,
  opened = null,
  nextHref = null,
  inCard = false,
  active = true,
  lead = true,
  stepUp = 'nothing',
}: {
  request: DockRequest;
  actions: ReviewActions;
  /** One of several on a page: stands in its card rather than at the foot of the page. */
  inCard?: boolean;
  /** Whether the keys are for this one. */
  active?: boolean;
  /** Whether its approval is the primary act of the page. */
  lead?: boolean;
  /** What is asked of the viewer before they approve what cannot be taken back. */
  stepUp?: StepUpNeed;
  /** The form that the address asks for. */
  opened?: DockAct | null;
  nextHref?: string | null;
}) {
  const router = useRouter();
  const [busy, startBusy] = useTransition();
  const pending = request.status === 'pending';
  const open = pending && request.viewer.may === 'yes' && !request.viewer.voted && !request.pastDeadline;
  const [act, setAct] = useState<DockAct | null>(() => (opened !== null && open ? opened : null));
  const [notice, setNotice] = useState<Notice | null>(null);
  const [problems, setProblems] = useState<readonly ArgumentProblem[]>([]);
  const [secret, setSecret] = useState('');
  // What the answer to the last vote asked for: an edit may be judged more severely than the call on show.
  const [asked, setAsked] = useState<MoreAsked | null>(null);
  const tier = asked !== null && asked.tier > request.tier ? asked.tier : request.tier;
  const need = asked?.stepUp ?? stepUp;
  const [typed, setTyped] = useState<TypedWords>(new Map());
  const dock = useRef<HTMLElement>(null);
  const settled = useListGuard(`${request.id} ${request.status} ${request.version}`);
  const seen = useSeen(dock, inCard && active);
  const ready = () => settled() && (!inCard || seen());
  const wanted = act === 'record' ? request.awaitsResult : open;
  const lapsed = act !== null && !wanted;
  // A form that lost its request says so, unless the answer to it has already said why.
  if (lapsed && notice?.tone === 'refused') setAct(null);
  // One key and undo, up to what can be taken back; above that a second step.
  const atOnce = request.tier <= 1 && request.proposal === null;

  const answer = (call: () => Promise<ActionAnswer>) => {
    if (busy) return;
    setNotice(null);
    setProblems([]);
    startBusy(async () => {
      try {
        const outcome = await call();
        startBusy(() => {
          setNotice({ tone: outcome.kind, text: outcome.message });
          if (outcome.kind === 'done') {
            setAct(null);
            dock.current?.focus({ preventScroll: !inCard }); // with it, the way to undo comes into view
            return;
          }
          setProblems(outcome.problems);
          if (outcome.asks) {
            setAsked(outcome.asks);
            setAct((current) => current ?? 'approve'); // one key was not enough: here is where to give the rest
          }
        });
      } catch {
        startBusy(() =>
          setNotice({
            tone: 'refused',
            text: 'The server could not be reached, so it is not known whether this was recorded. Reload the page before you try again.',
          }),
        );
      }
    });
  };
  const asksMore = needsStepUp(tier, 'approve');
  const vote = (command: DockCommand) =>
    answer(async () => {
      const whole = { ...command, approvalId: request.id, callHash: request.callHash } as VoteCommand;
      if (!needsStepUp(tier, command.verdict) || need === 'nothing') return actions.vote(whole);
      if (need === 'passkey') return (await import('./passkey-vote')).voteWithPasskey(actions, whole);
      if (secret === '') return { kind: 'refused', message: secretMissing[need], problems: [] };
      setSecret('');
      return actions.vote({
        ...whole,
        proof: need === 'code' ? { kind: 'code', code: secret } : { kind: 'password', password: secret },
      });
    });
  const undo = () => answer(() => actions.undo(request.id));

  const start = (next: DockAct) => {
    setNotice(null);
    setTyped(new Map());
    setProblems([]);
    setAsked(null);
    if (next === 'approve' && atOnce) vote({ verdict: 'approve', note: null, baseHash: null, edit: null });
    else setAct(next);
  };
  const cancel = () => {
    const left = act;
    setAct(null);
    setProblems([]);
    setAsked(null);
    setSecret('');
    requestAnimationFrame(() => dock.current?.querySelector<HTMLElement>(`[data-act="${left}"]`)?.focus());
  };

  const idle = act === null && !busy;
  useShortcuts(
    {
      a: () => start('approve'),
      r: () => start('reject'),
      ...(request.edit ? { e: () => start('edit') } : {}),
    },
    { enabled: idle && open && active, ready },
  );
  useShortcuts({ z: undo }, { enabled: idle && active && request.viewer.mayUndo, ready: settled });
  useShortcuts(
    { j: () => nextHref && router.push(nextHref as Route) },
    { enabled: idle && nextHref !== null, ready: settled },
  );

  useEffect(() => {
    if (open) for (const load of Object.values(forms)) load().catch(() => {});
  }, [open]);

  useEffect(() => {
    if (lapsed && document.activeElement === document.body) dock.current?.focus({ preventScroll: true });
  }, [lapsed]);

  // Open again: what refused the last act is gone.
  useEffect(() => {
    if (pending) setNotice((said) => (said?.tone === 'refused' ? null : said));
  }, [pending]);

  const latest = useRef({ start, undo });
  useEffect(() => {
    latest.current = { start, undo };
  });
  const { edit } = request;
  const { mayUndo } = request.viewer;
  const offered = useMemo((): readonly Command[] => {
    if (inCard || !idle) return [];
    const run = (next: DockAct) => () => latest.current.start(next);
    const acts: Command[] = [
      { id: 'approve', label: 'Approve', group: 'This request', kbd: 'a', run: run('approve') },
      { id: 'reject', label: 'Reject', group: 'This request', kbd: 'r', run: run('reject') },
      { id: 'answer', label: 'Answer in place of the function', group: 'This request', run: run('answer') },
      { id: 'edit', label: 'Edit the arguments', group: 'This request', kbd: 'e', run: run('edit') },
    ];
    return [
      ...(open ? acts.filter(({ id }) => id !== 'edit' || edit !== null) : []),
      ...(mayUndo
        ? [{ id: 'undo', label: 'Undo', group: 'This request', kbd: 'z', run: () => latest.current.undo() }]
        : []),
      ...(nextHref === null
        ? []
        : [{ id: 'next', label: 'Next request', group: 'This request', kbd: 'j', href: nextHref }]),
    ];
  }, [inCard, idle, open, edit, mayUndo, nextHref]);
  useCommands(offered);

  // Enter held down on a button clicks it again and again.
  useEffect(() => {
    const element = dock.current;
    if (element === null) return;
    const stop = (event: KeyboardEvent) => {
      if (event.repeat && (event.key === 'Enter' || event.key === ' ') && event.target instanceof HTMLButtonElement)
        event.preventDefault();
    };
    element.addEventListener('keydown', stop);
    return () => element.removeEventListener('keydown', stop);
  }, []);

  const proof = asksMore ? { kind: need, value: secret, onChange: setSecret } : null;
  const form = {
    request: { ...request, tier },
    reveal: actions.reveal,
    busy,
    problems,
    proof,
    onVote: vote,
    onCancel: cancel,
  };
  const record = (result: string | JsonObject) => answer(() => actions.record(request.id, result));

  return (
    <section
      ref={dock}
      tabIndex={-1}
      aria-label={inCard ? `Decide: ${request.effect}` : 'Decide'}
      onInput={(event) => {
        if (notice?.tone === 'refused') setNotice(null);
        setTyped(withTyped(typed, event));
      }}
      data-foot={inCard ? undefined : true}
      className={cx(
        'outline-none',
        inCard
          ? 'border-line border-t px-4'
          : 'sticky bottom-0 z-20 -mx-4 mt-auto border-line-strong border-t bg-bg px-4 pb-[env(safe-area-inset-bottom)] md:-mx-8 md:px-8',
      )}
    >
      {notice !== null && (
        <Said
          notice={notice}
          inCard={inCard}
          told={notice.tone === 'done' && !pending}
          onDismiss={() => setNotice(null)}
        />
      )}
      {/* As wide as the page's main column: what is decided and what decides it end at one edge. */}
      <div className={inCard ? '' : 'xl:mr-92'}>
        {lapsed && (
          <p role="alert" className="flex flex-wrap items-center gap-3 py-3">
            <Glyph name="warning" className="text-warning" />
            <span className="min-w-0 flex-1 basis-64">
              <WhyLapsed request={request} act={act} />
            </span>
            <Button size="sm" onClick={cancel}>
              Close
            </Button>
          </p>
        )}
        {(lapsed || (act === null && notice?.tone === 'refused')) && (
          <div className="pb-3">
            <KeptWords typed={typed} />
          </div>
        )}
        {act !== null && wanted && (
          <div
            className={cx(
              'pt-4',
              !inCard &&
                '-mx-1 max-h-[min(70dvh,40rem)] scroll-pb-16 overflow-y-auto px-1 [&_[data-form-foot]]:sticky [&_[data-form-foot]]:bottom-0 [&_[data-form-foot]]:-mx-1 [&_[data-form-foot]]:border-t [&_[data-form-foot]]:bg-bg [&_[data-form-foot]]:px-1',
            )}
          >
            <Suspense fallback={<p className="pb-4 text-faint">Loading…</p>}>
              {act === 'approve' && <ApproveForm {...form} onRecord={record} />}
              {act === 'reject' && <RejectForm {...form} onRecord={record} />}
              {act === 'answer' && <AnswerForm {...form} onRecord={record} />}
              {act === 'edit' && <EditForm {...form} onRecord={record} />}
              {act === 'record' && <RecordForm {...form} onRecord={record} />}
            </Suspense>
          </div>
        )}
        {act === null && (
          <div
            className={cx(
              'flex min-h-14 flex-wrap items-center justify-end gap-2 py-2 max-sm:grid max-sm:grid-cols-2 max-sm:[&>:last-child:nth-child(even)]:col-span-2 max-sm:[&_[data-kbd]]:hidden',
              // In a card the keys are on show for whoever got there by keys.
              inCard && '[li:not(:has(:focus-visible))_&_[data-kbd]]:hidden',
            )}
          >
            <div className="mr-auto min-w-0 text-muted text-sm empty:hidden max-sm:col-span-2">
              <Standing request={request} />
            </div>
            {open && (
              <>
                <Button data-act="answer" variant="ghost" onClick={() => start('answer')}>
                  Answer
                </Button>
                <Button data-act="reject" variant="danger-quiet" kbd="r" onClick={() => start('reject')}>
                  Reject
                </Button>
                {request.edit !== null && (
                  <Button data-act="edit" kbd="e" onClick={() => start('edit')}>
                    Edit
                  </Button>
                )}
                <Button
                  data-act="approve"
                  variant={lead ? 'primary' : 'secondary'}
                  kbd="a"
                  loading={busy}
                  onClick={(event) => event.detail < 2 && start('approve')}
                >
                  {atOnce ? 'Approve' : 'Approve…'}
                </Button>
              </>
            )}
            {request.viewer.mayUndo && request.decision?.undoUntil && (
              <UndoButton until={request.decision.undoUntil} busy={busy} onUndo={undo} />
            )}
            {request.awaitsResult && request.viewer.may !== 'not_a_reviewer' && (
              <Button data-act="record" variant="primary" onClick={() => start('record')}>
                Record what happened
              </Button>
            )}
            {!open && nextHref !== null && (
              <ButtonLink href={nextHref} kbd="j" variant={request.awaitsResult ? 'secondary' : 'primary'}>
                Next request
              </ButtonLink>
            )}
          </div>
        )}
      </div>
    </section>
  );
}

const secretMissing: Record<Exclude<StepUpNeed, 'nothing' | 'passkey'>, string> = {
  password: 'Type your password: this cannot be taken back, so it is asked who is there. Nothing was recorded.',
  code: 'Type the code of your authenticator app: this cannot be taken back. Nothing was recorded.',
  impossible: 'Sign out and in again first, or add a passkey under Account. Nothing was recorded.',
};

/** What became of the request while a form about it was open, and that what was meant did not count. */
function WhyLapsed({ request, act }: { request: DockRequest; act: DockAct | null }) {
  const { decision } = request;
  if (act === 'record') return 'What happened has been recorded meanwhile. Yours was not recorded.';
  if (decision === null) {
    return request.pastDeadline
      ? 'The deadline has passed: no vote counts any more. Nothing was recorded.'
      : 'This request has changed while you were at it, so what you were about to send does not apply any more. Nothing was recorded.';
  }
  const { noun } = verdictWords[act === 'reject' || act === 'answer' ? act : 'approve'];
  return (
    <>
      {settledWords(decision)} <Time value={decision.at} />
      {`. Your ${noun} was not recorded.`}
    </>
  );
}

/** Stands in for a form that could not be loaded. */
function FormAway({ onCancel }: DockFormProps) {
  return (
    <p role="alert" className="flex flex-wrap items-center gap-3 pb-4">
      <Glyph name="warning" className="text-warning" />
      <span className="min-w-0 flex-1 basis-64">
        The server could not be reached, so this form could not be loaded. Nothing was recorded. Reload the page when
        the connection is back.
      </span>
      <Button size="sm" onClick={onCancel}>
        Close
      </Button>
    </p>
  );
}

/** What came of the last act. `told`: the line below says the same, so it is only read out. */
function Said({
  notice,
  inCard,
  told,
  onDismiss,
}: {
  notice: Notice;
  inCard: boolean;
  told: boolean;
  onDismiss: () => void;
}) {
  const bad = notice.tone === 'refused';
  if (told)
    return (
      <p role="status" className="sr-only">
        {notice.text}
      </p>
    );
  return (
    <div
      role={bad ? 'alert' : 'status'}
      className={cx(
        '-mx-4 flex items-start gap-3 border-b px-4 py-2',
        !inCard && 'md:-mx-8 md:px-8',
        bad ? 'border-danger-line bg-danger-tint' : 'border-line bg-sunken',
      )}
    >
      <Glyph name={bad ? 'warning' : 'check'} className={cx('mt-1', bad ? 'text-danger' : 'text-success')} />
      <p className="min-w-0 flex-1">{notice.text}</p>
      <Button size="sm" variant="ghost" className="-my-1" onClick={onDismiss}>
        Dismiss
      </Button>
    </div>
  );
}

function Standing({ request }: { request: DockRequest }): ReactNode {
  const { status, viewer, decision, approvalsNeeded, approvalsGiven } = request;
  if (status !== 'pending') {
    const by = decision && decision.by.length > 0 ? namesInWords(decision.by) : null;
    return (
      <span className="inline-flex min-w-0 flex-wrap items-center gap-x-2">
        <ApprovalStatusMark status={status} changed={decision?.changed ?? false} />
        {by !== null && <span>{decision?.byRule ? `by the rule “${by}”` : `by ${by}`}</span>}
      </span>
    );
  }
  if (request.pastDeadline) return 'The deadline has passed: no vote counts any more.';
  if (viewer.may === 'own_run') return 'You asked for this run or started it, so somebody else must decide.';
  if (viewer.may === 'not_in_group') return 'The rule asks a group that you are not in.';
  if (viewer.may === 'not_a_reviewer') return 'Your role lets you read requests, not decide them.';
  if (viewer.voted) {
    const missing = approvalsNeeded - approvalsGiven;
    return missing > 0
      ? `Your vote counts. ${missing === 1 ? 'One more person' : `${missing} more people`} must agree.`
      : 'Your vote counts.';
  }
  if (viewer.for !== null) return `You vote for ${viewer.for}, who asked you to stand in.`;
  if (approvalsNeeded > 1) {
    return approvalsGiven > 0
      ? `${approvalsGiven} of ${approvalsNeeded} people have approved. Yours is the next vote.`
      : `${approvalsNeeded === 2 ? 'Two' : approvalsNeeded} people must agree.`;
  }
  return null;
}
