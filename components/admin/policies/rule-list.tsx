import { Badge } from '@/components/ui/badge';
import type { PolicyDocument, PolicyRule, RuleOutcome } from '@/lib/domain/policy/document';
import { outcomeWords } from '@/lib/domain/policy/words';

/** The rules of a policy in their order, each with its condition as written and what happens then in plain words. */
export function RuleList({ document }: { document: PolicyDocument }) {
  return (
    <ol className="grid gap-3">
      {document.rules.map((rule, index) => (
        <li key={rule.name} className="grid min-w-0 grid-cols-[1.75rem_minmax(0,1fr)] gap-y-1">
          <span className="text-faint tabular-nums">{index + 1}</span>
          <RuleSummary rule={rule} />
        </li>
      ))}
      <li className="grid min-w-0 grid-cols-[1.75rem_minmax(0,1fr)] text-muted">
        <span aria-hidden="true" className="text-faint">
          –
        </span>
        <span>When no rule is true, one person must decide, as for tier 2.</span>
      </li>
    </ol>
  );
}

/** One rule, to read. */
export function RuleSummary({ rule }: { rule: PolicyRule }) {
  return (
    <div className="grid min-w-0 gap-1">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{rule.name}</span>
        <OutcomeBadge outcome={rule.outcome} />
      </div>
      <code className="block font-mono text-muted text-sm wrap-anywhere">{rule.when}</code>
      <p className="max-w-2xl text-muted text-sm">{rule.description || outcomeWords(rule.outcome, { tier: null })}</p>
    </div>
  );
}

const words: Record<RuleOutcome['outcome'], string> = { approve: 'Approves', reject: 'Rejects', review: 'Asks people' };

function OutcomeBadge({ outcome }: { outcome: RuleOutcome }) {
  return (
    <Badge>
      {outcome.outcome === 'review' && outcome.groups.length > 0
        ? `Asks ${outcome.groups.join(', ')}`
        : words[outcome.outcome]}
    </Badge>
  );
}
