'use client';

import { Checkbox } from '@/components/ui/checkbox';
import { Disclosure } from '@/components/ui/disclosure';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import type { ReviewOutcome, RuleOutcome } from '@/lib/domain/policy/document';
import { isTier, tiers, tierText } from '@/lib/domain/tier';
import { EscalationFields } from './escalation-fields';
import { ReminderField } from './reminder-field';
import type { KnownNames } from './suggestions';

/** What a rule does when its condition is true. */
export function OutcomeFields({
  outcome,
  names,
  onChange,
}: {
  outcome: RuleOutcome;
  names: KnownNames;
  onChange: (outcome: RuleOutcome) => void;
}) {
  return (
    <div className="grid gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Then">
          <Select
            value={outcome.outcome}
            onChange={(event) => onChange(plain(event.target.value))}
            options={[
              { value: 'approve', label: 'Approve without asking' },
              { value: 'reject', label: 'Reject without asking' },
              { value: 'review', label: 'Ask people' },
            ]}
          />
        </Field>
        {outcome.outcome === 'review' && (
          <Field label="Risk">
            <Select
              value={String(outcome.tier ?? '')}
              onChange={(event) => onChange(withTier(outcome, event.target.value))}
              options={[
                { value: '', label: 'As the function’s' },
                ...tiers.map((tier) => ({ value: String(tier), label: `Tier ${tier}: ${tierText[tier].name}` })),
              ]}
            />
          </Field>
        )}
        {outcome.outcome === 'reject' && (
          <Field label="What the agent should do">
            <Select
              value={outcome.next}
              onChange={(event) => onChange({ ...outcome, next: nextOf(event.target.value) })}
              options={[
                { value: 'stop', label: 'Stop' },
                { value: 'retry_differently', label: 'Try differently' },
                { value: 'ask', label: 'Ask the person' },
              ]}
            />
          </Field>
        )}
      </div>
      {outcome.outcome === 'approve' && (
        <Checkbox
          checked={outcome.unknownTools === 'approve'}
          onChange={(event) => onChange({ ...outcome, unknownTools: event.target.checked ? 'approve' : 'review' })}
          label="Also functions that nobody has described"
          description="Without this, such a call goes to people whatever the condition says."
        />
      )}
      {outcome.outcome === 'reject' && (
        <Field label="Reason" hint="People and the agent read it." required>
          <Input
            value={outcome.reason}
            maxLength={400}
            onChange={(event) => onChange({ ...outcome, reason: event.target.value })}
          />
        </Field>
      )}
      {outcome.outcome === 'review' && <ReviewFields review={outcome} names={names} onChange={onChange} />}
    </div>
  );
}

function ReviewFields({
  review,
  names,
  onChange,
}: {
  review: ReviewOutcome;
  names: KnownNames;
  onChange: (outcome: RuleOutcome) => void;
}) {
  const all = [...new Set([...names.groups, ...review.groups])];
  return (
    <>
      <fieldset className="grid gap-2">
        <legend className="pb-1 font-medium text-sm">Who may decide</legend>
        {all.length === 0 && <p className="text-faint text-sm">Everybody who may decide: there are no groups yet.</p>}
        <div className="flex flex-wrap gap-x-6 gap-y-2">
          {all.map((group) => (
            <Checkbox
              key={group}
              label={group}
              checked={review.groups.includes(group)}
              onChange={(event) =>
                onChange({
                  ...review,
                  groups: event.target.checked
                    ? [...review.groups, group]
                    : review.groups.filter((name) => name !== group),
                })
              }
            />
          ))}
        </div>
        {all.length > 0 && review.groups.length === 0 && (
          <p className="text-faint text-sm">None chosen: everybody who may decide.</p>
        )}
      </fieldset>
      <div className="grid gap-4 sm:grid-cols-3">
        <Count
          label="Must approve"
          placeholder={review.tier === 4 ? '2' : '1'}
          value={review.approvals}
          onChange={(approvals) => onChange(without({ ...review, approvals }))}
        />
        <Count
          label="Must reject"
          placeholder="1"
          value={review.rejections}
          onChange={(rejections) => onChange({ ...review, rejections: rejections ?? 1 })}
        />
        <Count
          label="Minutes to decide"
          placeholder="As the function’s"
          value={review.deadlineMinutes}
          onChange={(deadlineMinutes) => onChange(without({ ...review, deadlineMinutes }))}
        />
      </div>
      <ReminderField value={review.remind} onChange={(remind) => onChange(without({ ...review, remind }))} />
      <EscalationFields review={review} names={names} onChange={onChange} />
      <Disclosure summary="More">
        <div className="grid gap-4">
          <div className="grid gap-4 sm:grid-cols-3">
            <Field label="Four eyes">
              <Select
                value={review.fourEyes === undefined ? '' : String(review.fourEyes)}
                onChange={(event) =>
                  onChange(
                    without({
                      ...review,
                      fourEyes: event.target.value === '' ? undefined : event.target.value === 'true',
                    }),
                  )
                }
                options={[
                  { value: '', label: 'As the workspace says' },
                  { value: 'true', label: 'Yes' },
                  { value: 'false', label: 'No' },
                ]}
              />
            </Field>
            <ChannelField
              value={review.slackChannel}
              channels={names.channels}
              onChange={(slackChannel) => onChange(without({ ...review, slackChannel }))}
            />
          </div>
          <Checkbox
            checked={review.hideArgumentsInSlack}
            onChange={(event) => onChange({ ...review, hideArgumentsInSlack: event.target.checked })}
            label="Keep the arguments out of Slack"
          />
          <Checkbox
            checked={review.blindSecondReview}
            onChange={(event) => onChange({ ...review, blindSecondReview: event.target.checked })}
            label="Keep votes from each other until it is decided"
          />
        </div>
      </Disclosure>
    </>
  );
}

/** A channel that is known here, or, where none is, the id of one. */
function ChannelField({
  value,
  channels,
  onChange,
}: {
  value: string | undefined;
  channels: KnownNames['channels'];
  onChange: (value: string | undefined) => void;
}) {
  const known = value === undefined || channels.some(({ id }) => id === value);
  return (
    <Field label="Slack channel" optional>
      {channels.length === 0 ? (
        <Input
          mono
          placeholder="C0123456789"
          value={value ?? ''}
          onChange={(event) => onChange(event.target.value.trim() || undefined)}
        />
      ) : (
        <Select
          value={value ?? ''}
          onChange={(event) => onChange(event.target.value || undefined)}
          options={[
            { value: '', label: 'As the agent’s or the workspace’s' },
            ...channels.map(({ id, name }) => ({ value: id, label: name })),
            ...(known || value === undefined ? [] : [{ value, label: value }]),
          ]}
        />
      )}
    </Field>
  );
}

function Count({
  label,
  placeholder,
  value,
  onChange,
}: {
  label: string;
  placeholder: string;
  value: number | undefined;
  onChange: (value: number | undefined) => void;
}) {
  return (
    <Field label={label}>
      <Input
        inputMode="numeric"
        placeholder={placeholder}
        value={value === undefined ? '' : String(value)}
        onChange={(event) => {
          const digits = event.target.value.replace(/\D/g, '').slice(0, 5);
          onChange(digits === '' ? undefined : Number(digits));
        }}
      />
    </Field>
  );
}

function plain(kind: string): RuleOutcome {
  if (kind === 'approve') return { outcome: 'approve', unknownTools: 'review' };
  if (kind === 'reject') return { outcome: 'reject', reason: '', next: 'stop' };
  return {
    outcome: 'review',
    groups: [],
    rejections: 1,
    onTimeout: 'reject',
    escalate: [],
    hideArgumentsInSlack: false,
    blindSecondReview: false,
  };
}

function withTier(review: ReviewOutcome, text: string): ReviewOutcome {
  const tier = text === '' ? undefined : Number(text);
  return without({ ...review, tier: tier !== undefined && isTier(tier) ? tier : undefined });
}

function nextOf(text: string): 'stop' | 'retry_differently' | 'ask' {
  return text === 'ask' || text === 'retry_differently' ? text : 'stop';
}

// What is not said is left out, as in a file.
function without(review: { [K in keyof ReviewOutcome]: ReviewOutcome[K] | undefined }): ReviewOutcome {
  return Object.fromEntries(Object.entries(review).filter(([, value]) => value !== undefined)) as ReviewOutcome;
}
