'use client';

import { useTransition } from 'react';
import { backtestAction, shadowDraftAction } from '@/app/(dashboard)/policies/actions';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Link } from '@/components/ui/link';
import { Panel } from '@/components/ui/panel';
import { Progress } from '@/components/ui/progress';
import { SafeText } from '@/components/ui/safe-text';
import { Switch } from '@/components/ui/switch';
import { toast } from '@/components/ui/toast';
import type { Comparison, Move, Totals } from '@/lib/domain/policy/comparison';
import type { BacktestView, ShadowView } from '@/lib/policies/queries';

/** A draft tried on past calls: how many would have gone elsewhere, whereto, and some of them. */
export function TrialPanel({
  version,
  revision,
  trial,
}: {
  version: number;
  revision: number;
  trial: BacktestView | null;
}) {
  const [busy, start] = useTransition();
  const running = trial !== null && (trial.status === 'waiting' || trial.status === 'running');
  return (
    <Panel
      title="Try on past calls"
      description="The last 100,000 calls, judged by what is in force and by this draft. Nothing is decided by it."
      actions={
        <Button
          size="sm"
          loading={busy || running}
          onClick={() =>
            start(async () => {
              const problem = await backtestAction(version);
              if (problem !== undefined) toast(problem, { tone: 'danger' });
            })
          }
        >
          {trial === null ? 'Try' : 'Try again'}
        </Button>
      }
    >
      {trial === null && <p className="text-faint text-sm">Not tried yet.</p>}
      {running && (
        <Progress
          value={trial.done}
          max={trial.wanted}
          label="Trial"
          text={`${trial.done.toLocaleString('en')} calls`}
          className="w-full max-w-md"
        />
      )}
      {trial?.status === 'failed' && <p className="text-danger">{trial.message}</p>}
      {trial?.result && (
        <div className="grid gap-4">
          {trial.revision !== revision && (
            <p className="text-muted text-sm">This was tried before the draft was last saved.</p>
          )}
          <Result result={trial.result} />
        </div>
      )}
    </Panel>
  );
}

function Result({ result }: { result: Comparison }) {
  return (
    <>
      <p>
        <span className="font-semibold tabular-nums">{result.changed.toLocaleString('en')}</span>
        {` of ${result.calls.toLocaleString('en')} calls would have gone elsewhere.`}
      </p>
      <table className="w-full max-w-lg text-sm tabular-nums">
        <caption className="sr-only">How the calls are judged</caption>
        <thead className="text-left text-faint">
          <tr>
            <th className="py-1 font-normal">Calls</th>
            <th className="py-1 text-right font-normal">In force</th>
            <th className="py-1 text-right font-normal">Draft</th>
          </tr>
        </thead>
        <tbody>
          {fates.map(({ key, label }) => (
            <tr key={key} className="border-line border-t">
              <th className="py-1 text-left font-normal">{label}</th>
              <td className="py-1 text-right">{result.before[key].toLocaleString('en')}</td>
              <td className="py-1 text-right">{result.after[key].toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul aria-label="What would have gone elsewhere" className="grid gap-3">
        {result.moves.map((move) => (
          <MoveRow key={`${move.from} ${move.to}`} move={move} />
        ))}
      </ul>
    </>
  );
}

const fates: readonly { key: keyof Totals; label: string }[] = [
  { key: 'approved', label: 'Approved without asking' },
  { key: 'rejected', label: 'Rejected without asking' },
  { key: 'asked', label: 'People asked' },
  { key: 'failed', label: 'A rule failed, people asked' },
];

function MoveRow({ move }: { move: Move }) {
  return (
    <li className="grid min-w-0 gap-1 border-line border-t pt-3">
      <p className="flex min-w-0 flex-wrap items-baseline gap-x-2">
        <span className="font-medium tabular-nums">{move.calls.toLocaleString('en')}</span>
        <span className="min-w-0">
          {move.from} <span className="text-faint">→</span> {move.to}
        </span>
        {move.way !== 'other' && <Badge tone={move.way === 'looser' ? 'warning' : 'neutral'}>{move.way}</Badge>}
      </p>
      <ul className="flex min-w-0 flex-wrap gap-x-4 gap-y-1 text-sm">
        {move.examples.map(({ id, effect }) => (
          <li key={id} className="min-w-0 max-w-full truncate">
            <Link href={`/approvals/${id}`}>
              <SafeText>{effect}</SafeText>
            </Link>
          </li>
        ))}
      </ul>
    </li>
  );
}

/** A draft evaluated beside what is in force, call by call, and not enforced. */
export function ShadowPanel({
  version,
  revision,
  on,
  shadow,
}: {
  version: number;
  revision: number;
  on: boolean;
  shadow: ShadowView;
}) {
  const [busy, start] = useTransition();
  return (
    <Panel
      title="Evaluate beside"
      description="Every new call is judged by this draft too. What it says is kept here and not enforced."
    >
      <div className="grid gap-4">
        <Switch
          label="Evaluate this draft beside the policy in force"
          checked={on}
          disabled={busy}
          onCheckedChange={(next) =>
            start(async () => {
              const answer = await shadowDraftAction({ version, revision }, next);
              if (!answer.ok) toast(answer.message, { tone: 'danger' });
            })
          }
        />
        {(on || shadow.calls > 0) && (
          <p className="text-muted tabular-nums">
            {`${shadow.differing.toLocaleString('en')} of ${shadow.calls.toLocaleString('en')} calls would have gone elsewhere.`}
          </p>
        )}
        {shadow.latest.length > 0 && (
          <ul aria-label="Calls that would have gone elsewhere" className="grid gap-2 text-sm">
            {shadow.latest.map(({ approvalId, effect, said, enforced }) => (
              <li key={approvalId} className="min-w-0">
                <Link href={`/approvals/${approvalId}`}>
                  <SafeText>{effect}</SafeText>
                </Link>
                <span className="block text-muted">
                  {enforced} <span className="text-faint">→</span> {said}
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}
