'use client';

import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import type { PolicyRule } from '@/lib/domain/policy/document';
import type { ExpressionProblem } from '@/lib/domain/policy/expression';
import { ruleWords } from '@/lib/domain/policy/words';
import { CelField } from './cel-field';
import { OutcomeFields } from './outcome-fields';
import { RuleSummary } from './rule-list';
import type { KnownNames } from './suggestions';

/** One rule of a draft: to read, or, when it is open, to change. */
export function RuleCard({
  rule,
  index,
  last,
  open,
  names,
  problem,
  check,
  onOpen,
  onChange,
  onMove,
  onRemove,
}: {
  rule: PolicyRule;
  index: number;
  last: boolean;
  open: boolean;
  names: KnownNames;
  problem: ExpressionProblem | null;
  check: (text: string) => ExpressionProblem | null;
  onOpen: (open: boolean) => void;
  onChange: (rule: PolicyRule) => void;
  onMove: (by: 1 | -1) => void;
  onRemove: () => void;
}) {
  return (
    <li className="grid min-w-0 gap-3 border-line border-b px-4 py-3 last:border-b-0">
      <div className="flex min-w-0 flex-wrap items-start gap-x-3 gap-y-2 sm:flex-nowrap">
        <span className="w-5 shrink-0 pt-0.5 text-faint tabular-nums">{index + 1}</span>
        <div className="min-w-0 flex-1 basis-56">
          {open ? <p className="pt-0.5 text-muted text-sm">{ruleWords(rule)}</p> : <RuleSummary rule={rule} />}
          {!open && problem !== null && <p className="pt-1 text-danger text-sm">{problem.message}</p>}
        </div>
        <div className="flex shrink-0 items-center gap-1 pl-7 sm:pl-0">
          <IconButton
            label={`Move ${rule.name} up`}
            size="sm"
            disabled={index === 0}
            onClick={() => onMove(-1)}
            icon={<ArrowUp />}
          />
          <IconButton
            label={`Move ${rule.name} down`}
            size="sm"
            disabled={last}
            onClick={() => onMove(1)}
            icon={<ArrowDown />}
          />
          <IconButton label={`Remove ${rule.name}`} size="sm" onClick={onRemove} icon={<Trash2 />} />
          <Button size="sm" aria-expanded={open} onClick={() => onOpen(!open)}>
            {open ? 'Close' : 'Edit'}
          </Button>
        </div>
      </div>
      {open && (
        <div className="grid min-w-0 gap-4 pb-2 sm:pl-8">
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Name" required>
              <Input
                value={rule.name}
                maxLength={80}
                onChange={(event) => onChange({ ...rule, name: event.target.value })}
              />
            </Field>
            <Field label="Said to people" optional>
              <Input
                value={rule.description}
                maxLength={400}
                placeholder="Else the plain words above"
                onChange={(event) => onChange({ ...rule, description: event.target.value })}
              />
            </Field>
          </div>
          <CelField
            label="When"
            value={rule.when}
            names={names}
            problem={problem}
            check={check}
            onValueChange={(when) => onChange({ ...rule, when })}
          />
          <OutcomeFields outcome={rule.outcome} names={names} onChange={(outcome) => onChange({ ...rule, outcome })} />
        </div>
      )}
    </li>
  );
}
