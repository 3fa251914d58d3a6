'use client';

import { useState } from 'react';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';

const units = [
  { name: 'min', label: 'minutes', minutes: 1 },
  { name: 'h', label: 'hours', minutes: 60 },
  { name: 'd', label: 'days', minutes: 1440 },
  { name: 'w', label: 'weeks', minutes: 10_080 },
] as const;
type Unit = (typeof units)[number]['name'];

/** A length of time as a number and its unit; what comes out is minutes. */
export function DurationField({
  label,
  minutes,
  least = 'min',
  most = 'd',
  hint,
  onChange,
}: {
  label: string;
  minutes: number;
  /** The shortest and the longest unit to choose from. */
  least?: Unit;
  most?: Unit;
  hint?: string;
  onChange: (minutes: number) => void;
}) {
  const [from, to] = [units.findIndex(({ name }) => name === least), units.findIndex(({ name }) => name === most)];
  const choices = units.slice(from, to + 1);
  const fitting = choices.findLast((unit) => minutes > 0 && minutes % unit.minutes === 0) ?? choices[0];
  const [chosen, setChosen] = useState<Unit>(fitting?.name ?? least);
  const unit = choices.find(({ name }) => name === chosen && minutes % unitMinutes(name) === 0) ?? fitting ?? units[0];
  const count = minutes === 0 ? '' : String(minutes / unit.minutes);
  return (
    <div className="flex min-w-0 items-start gap-2">
      <Field label={label} className="w-28 shrink-0" {...(hint === undefined ? {} : { hint })}>
        <Input
          inputMode="numeric"
          value={count}
          onChange={(event) => onChange(Number(event.target.value.replace(/\D/g, '').slice(0, 5)) * unit.minutes)}
        />
      </Field>
      <Field label={`${label}, in`} labelHidden className="mt-6 w-28 shrink-0">
        <Select
          value={unit.name}
          onChange={(event) => {
            const next = choices.find(({ name }) => name === event.target.value) ?? unit;
            setChosen(next.name);
            onChange((minutes / unit.minutes) * next.minutes);
          }}
          options={choices.map(({ name, label: word }) => ({ value: name, label: word }))}
        />
      </Field>
    </div>
  );
}

function unitMinutes(name: Unit): number {
  return units.find((unit) => unit.name === name)?.minutes ?? 1;
}
