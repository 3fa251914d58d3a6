'use client';

import { publishDraftAction } from '@/app/(dashboard)/policies/actions';
import { Banner } from '@/components/ui/banner';
import { Confirm } from '@/components/ui/confirm';
import { Diff } from '@/components/ui/diff';
import { Panel } from '@/components/ui/panel';
import { Status } from '@/components/ui/status';
import type { TestResult } from '@/lib/domain/policy/check';
import type { PolicyDiff, RuleChange } from '@/lib/domain/policy/diff';
import { ProblemList, type ShownProblem } from './problem-list';

/** Tests and difference of a saved draft, and what puts it in force. */
export function PublishPanel({
  version,
  revision,
  over,
  diff,
  tests,
  problems,
  mayPublish,
}: {
  version: number;
  revision: number;
  over: number | null;
  diff: PolicyDiff | null;
  tests: readonly TestResult[];
  problems: readonly ShownProblem[];
  mayPublish: boolean;
}) {
  return (
    <Panel
      title="Test and publish"
      description={
        over === null ? 'No version is in force.' : `What changes against version ${over}, which is in force.`
      }
      actions={
        <Confirm
          button={{
            children: 'Publish',
            variant: 'primary',
            size: 'sm',
            disabled: problems.length > 0 || !mayPublish,
          }}
          title={`Put version ${version} in force?`}
          description="It judges every call from now on, and those that wait."
          confirmLabel="Publish it"
          side="bottom"
          onConfirm={() => publishDraftAction({ version, revision }, over)}
        />
      }
    >
      <div className="grid gap-4">
        {!mayPublish && (
          <Banner tone="info">You have changed this draft, so somebody else must put it in force.</Banner>
        )}
        <ProblemList problems={problems} />
        {tests.length > 0 ? (
          <ul aria-label="Tests" className="grid gap-1">
            {tests.map(({ name, passed, said }) => (
              <li key={name} className="flex min-w-0 flex-wrap gap-x-3">
                <Status tone={passed ? 'success' : 'danger'} glyph={passed ? 'check' : 'cross'}>
                  {passed ? 'Passes' : 'Fails'}
                </Status>
                <span className="min-w-0">{name}</span>
                <span className="min-w-0 text-faint text-sm">{said}</span>
              </li>
            ))}
          </ul>
        ) : (
          <p className="text-faint text-sm">No test cases are kept with this policy. Add them above, under Tests.</p>
        )}
        {diff !== null && <Changes diff={diff} />}
      </div>
    </Panel>
  );
}

function Changes({ diff: { rules, other } }: { diff: PolicyDiff }) {
  if (rules.length === 0 && other.length === 0) return <p className="text-muted">Nothing changes.</p>;
  return (
    <ul aria-label="Changes" className="grid gap-3">
      {rules.map((change) => (
        <li key={`${change.kind} ${change.name}`} className="grid min-w-0 gap-1">
          <p>
            <span className="text-muted">{words[change.kind]}</span> <span className="font-medium">{change.name}</span>
            {change.kind === 'moved' && (
              <span className="text-muted">{`, from place ${change.from} to ${change.to}`}</span>
            )}
          </p>
          {change.kind === 'changed' && (
            <Diff label={`Changes of ${change.name}`} before={change.before} after={change.after} />
          )}
          {change.kind === 'added' && <Diff label={change.name} before={{}} after={change.rule} />}
        </li>
      ))}
      {other.map((what) => (
        <li key={what} className="text-muted">
          {what}
        </li>
      ))}
    </ul>
  );
}

const words: Record<RuleChange['kind'], string> = {
  added: 'Added:',
  removed: 'Removed:',
  changed: 'Changed:',
  moved: 'Moved:',
};
