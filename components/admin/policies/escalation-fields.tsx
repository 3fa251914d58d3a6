'use client';

import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Select } from '@/components/ui/select';
import { type OnTimeout, onTimeouts } from '@/lib/domain/handling';
import type { ReviewOutcome } from '@/lib/domain/policy/document';
import { type Choice, ChosenList } from './chosen-list';
import { DurationField } from './duration-field';
import type { KnownNames } from './suggestions';

type Step = ReviewOutcome['escalate'][number];

const mostSteps = 8; // lib/domain/policy/document.ts
const timeoutText: Record<OnTimeout, string> = {
  reject: 'It is closed as expired',
  escalate: 'Everybody in line is asked, and it stays open',
  keep_open: 'It stays open',
};

/** Who is asked next when nobody decides, and what happens when time is out. */
export function EscalationFields({
  review,
  names,
  onChange,
}: {
  review: ReviewOutcome;
  names: KnownNames;
  onChange: (review: ReviewOutcome) => void;
}) {
  const steps = review.escalate;
  const set = (escalate: readonly Step[]) => onChange({ ...review, escalate: [...escalate] });
  const change = (index: number, step: Step) => set(steps.map((other, place) => (place === index ? step : other)));
  // Whom a step asks moves; when it is asked stays, so that the ladder goes on in the order of its time.
  const swap = (index: number, by: 1 | -1) => {
    const [one, other] = [steps[index], steps[index + by]];
    if (one === undefined || other === undefined) return;
    const next = [...steps];
    next[index] = { ...other, afterMinutes: one.afterMinutes };
    next[index + by] = { ...one, afterMinutes: other.afterMinutes };
    set(next);
  };
  return (
    <fieldset className="grid min-w-0 gap-3">
      <legend className="pb-1 font-medium text-sm">When nobody decides</legend>
      {steps.length === 0 && <p className="text-faint text-sm">Nobody else is asked.</p>}
      <ol aria-label="Steps" className="grid min-w-0 gap-3 empty:hidden">
        {steps.map((step, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: a step has no name; its place is what stays
            key={index}
            className="grid min-w-0 gap-3 rounded-md border border-line p-3"
          >
            <div className="flex min-w-0 items-start justify-between gap-2">
              <DurationField
                label={`Step ${index + 1}: ask after`}
                minutes={step.afterMinutes}
                onChange={(afterMinutes) => change(index, { ...step, afterMinutes })}
              />
              <div className="flex shrink-0 gap-1">
                <IconButton
                  label={`Ask those of step ${index + 1} earlier`}
                  size="sm"
                  disabled={index === 0}
                  onClick={() => swap(index, -1)}
                  icon={<ArrowUp />}
                />
                <IconButton
                  label={`Ask those of step ${index + 1} later`}
                  size="sm"
                  disabled={index === steps.length - 1}
                  onClick={() => swap(index, 1)}
                  icon={<ArrowDown />}
                />
                <IconButton
                  label={`Remove step ${index + 1}`}
                  size="sm"
                  onClick={() => set(steps.filter((_, place) => place !== index))}
                  icon={<Trash2 />}
                />
              </div>
            </div>
            <Targets index={index} step={step} names={names} onChange={(next) => change(index, next)} />
          </li>
        ))}
      </ol>
      <div className="flex min-w-0 flex-wrap items-end gap-4">
        <Button
          disabled={steps.length >= mostSteps}
          onClick={() =>
            set([...steps, { afterMinutes: (steps.at(-1)?.afterMinutes ?? 0) + 30, groups: [], people: [] }])
          }
        >
          Add a step
        </Button>
        <Field label="When time is out" className="w-80 max-w-full">
          <Select
            value={review.onTimeout}
            onChange={(event) =>
              onChange({ ...review, onTimeout: onTimeouts.find((one) => one === event.target.value) ?? 'reject' })
            }
            options={onTimeouts.map((value) => ({ value, label: timeoutText[value] }))}
          />
        </Field>
      </div>
    </fieldset>
  );
}

function Targets({
  index,
  step,
  names,
  onChange,
}: {
  index: number;
  step: Step;
  names: KnownNames;
  onChange: (step: Step) => void;
}) {
  const rotations = Object.keys(names.rotations);
  const options: readonly Choice[] = [
    ...names.groups.map((name) => ({ value: `group ${name}`, label: `Group ${name}` })),
    ...rotations.map((name) => ({ value: `rotation ${name}`, label: `On call: ${name}` })),
    ...names.channels.map(({ id, name }) => ({ value: `channel ${id}`, label: `Slack channel ${name}` })),
    ...names.people.map(({ email, name }) => ({ value: `person ${email}`, label: name, detail: email })),
  ];
  const values = [
    ...step.groups.map((name) => `group ${name}`),
    ...(step.rotation ? [`rotation ${step.rotation}`] : []),
    ...(step.slackChannel ? [`channel ${step.slackChannel}`] : []),
    ...step.people.map((email) => `person ${email}`),
  ];
  // What a file names and nobody knows here is shown by its name, so that it can be taken out.
  const chosen = values.map(
    (value) => options.find((one) => one.value === value) ?? { value, label: value.slice(value.indexOf(' ') + 1) },
  );
  const { rotation, slackChannel, ...plain } = step;
  return (
    <>
      {chosen.length === 0 && <p className="text-danger text-sm">Nobody is asked yet: choose whom this step asks.</p>}
      <ChosenList
        label={`Asked in step ${index + 1}`}
        add="Add a group, a person, who is on call, or a channel"
        chosen={chosen}
        options={options}
        onAdd={(value) => {
          const [kind, name] = split(value);
          if (kind === 'group') onChange({ ...step, groups: [...step.groups, name] });
          if (kind === 'person') onChange({ ...step, people: [...step.people, name] });
          if (kind === 'rotation') onChange({ ...step, rotation: name });
          if (kind === 'channel') onChange({ ...step, slackChannel: name });
        }}
        onRemove={(value) => {
          const [kind, name] = split(value);
          if (kind === 'group') onChange({ ...step, groups: step.groups.filter((one) => one !== name) });
          if (kind === 'person') onChange({ ...step, people: step.people.filter((one) => one !== name) });
          if (kind === 'rotation') onChange({ ...plain, ...(slackChannel ? { slackChannel } : {}) });
          if (kind === 'channel') onChange({ ...plain, ...(rotation ? { rotation } : {}) });
        }}
      />
    </>
  );
}

function split(value: string): readonly [string, string] {
  const at = value.indexOf(' ');
  return [value.slice(0, at), value.slice(at + 1)];
}
