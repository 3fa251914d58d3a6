'use client';

import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import type { PolicyDocument, Rotation } from '@/lib/domain/policy/document';
import { shiftAt } from '@/lib/domain/policy/rotation';
import { fromWallText, wallText } from '@/lib/domain/zone-time';
import { ChosenList, moved } from './chosen-list';
import { DurationField } from './duration-field';
import { freshKey, KeyField, renamed } from './key-field';
import type { KnownNames } from './suggestions';

/** Who is on call, in turn. */
export function RotationsFields({
  document,
  people,
  onChange,
}: {
  document: PolicyDocument;
  people: KnownNames['people'];
  onChange: (change: Pick<PolicyDocument, 'rotations' | 'rules'>) => void;
}) {
  const { rotations, rules, timeZone } = document;
  const entries = Object.entries(rotations);
  const [now] = useState(() => new Date());
  const rename = (from: string, to: string) =>
    onChange({
      rotations: renamed(rotations, from, to),
      rules: rules.map((rule) =>
        rule.outcome.outcome === 'review'
          ? {
              ...rule,
              outcome: {
                ...rule.outcome,
                escalate: rule.outcome.escalate.map((step) =>
                  step.rotation === from ? { ...step, rotation: to } : step,
                ),
              },
            }
          : rule,
      ),
    });
  return (
    <div className="grid min-w-0 gap-4 p-4">
      {entries.length === 0 && (
        <p className="text-muted">
          A rotation says who is on call: people in turn, a shift each. A rule’s steps may ask whoever is on call then.
        </p>
      )}
      <ul aria-label="Rotations" className="grid min-w-0 gap-4 empty:hidden">
        {entries.map(([name, rotation], index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: the name is being typed; its place is what stays
            key={index}
            className="grid min-w-0 gap-3 rounded-md border border-line p-3"
          >
            <div className="flex min-w-0 items-start justify-between gap-2">
              <KeyField
                label="Name"
                value={name}
                taken={Object.keys(rotations)}
                pattern={/^\S(?:.{0,78}\S)?$/u}
                rule="Give a name, without space before or after it."
                onChange={(next) => rename(name, next)}
              />
              <IconButton
                label={`Remove ${name}`}
                size="sm"
                onClick={() =>
                  onChange({ rules, rotations: Object.fromEntries(entries.filter(([other]) => other !== name)) })
                }
                icon={<Trash2 />}
              />
            </div>
            <RotationFields
              name={name}
              rotation={rotation}
              zone={timeZone}
              people={people}
              onChange={(next) => onChange({ rules, rotations: { ...rotations, [name]: next } })}
            />
            <OnCall rotation={rotation} zone={timeZone} people={people} now={now} />
          </li>
        ))}
      </ul>
      <Button
        className="justify-self-start"
        disabled={people.length === 0}
        onClick={() => {
          const first = people[0];
          if (first === undefined) return;
          const monday = `${wallText(timeZone, now).slice(0, 10)}T09:00`;
          onChange({
            rules,
            rotations: {
              ...rotations,
              [freshKey(rotations, 'Rotation ')]: {
                people: [first.email],
                from: fromWallText(timeZone, monday) ?? now.toISOString(),
                shiftHours: 168,
                timeZone,
              },
            },
          });
        }}
      >
        Add a rotation
      </Button>
    </div>
  );
}

function RotationFields({
  name,
  rotation,
  zone,
  people,
  onChange,
}: {
  name: string;
  rotation: Rotation;
  /** The policy's, where the rotation has none of its own. */
  zone: string;
  people: KnownNames['people'];
  onChange: (rotation: Rotation) => void;
}) {
  const options = people.map(({ email, name: person }) => ({ value: email, label: person, detail: email }));
  const place = rotation.timeZone ?? zone;
  const { timeZone: _zone, ...hours } = rotation;
  const zones = [...new Set([place, zone, ...Intl.supportedValuesOf('timeZone'), 'UTC'])];
  const from = new Date(rotation.from);
  return (
    <div className="grid min-w-0 gap-3">
      <div className="grid min-w-0 gap-1">
        <span aria-hidden="true" className="font-medium text-sm">
          In turn
        </span>
        <ChosenList
          label={`People of ${name}, in turn`}
          add="Add a person"
          ordered
          chosen={rotation.people.map(
            (email) => options.find(({ value }) => value === email) ?? { value: email, label: email },
          )}
          options={options}
          onAdd={(email) => onChange({ ...rotation, people: [...rotation.people, email] })}
          onRemove={(email) => onChange({ ...rotation, people: rotation.people.filter((one) => one !== email) })}
          onMove={(email, by) =>
            onChange({ ...rotation, people: moved(rotation.people, rotation.people.indexOf(email), by) })
          }
        />
        {rotation.people.length === 0 && <p className="text-danger text-sm">Choose at least one person.</p>}
      </div>
      <div className="grid min-w-0 gap-3 sm:grid-cols-2">
        <Field label="The first shift begins" hint={`In the time of ${place}.`}>
          <Input
            type="datetime-local"
            value={Number.isNaN(from.getTime()) ? '' : wallText(place, from)}
            onChange={(event) => {
              const next = fromWallText(place, event.target.value);
              if (next !== null) onChange({ ...rotation, from: next });
            }}
          />
        </Field>
        <DurationField
          label="A shift lasts"
          least="h"
          most="w"
          minutes={rotation.shiftHours * 60}
          onChange={(minutes) => onChange({ ...rotation, shiftHours: Math.round(minutes / 60) })}
        />
        <Field
          label="Time zone"
          hint="With one, shifts change at the same time of the day, summer and winter. Without, their hours are counted."
        >
          <Select
            value={rotation.timeZone ?? ''}
            onChange={(event) =>
              onChange(event.target.value === '' ? hours : { ...hours, timeZone: event.target.value })
            }
            options={[
              { value: '', label: 'None: count the hours' },
              ...zones.map((value) => ({ value, label: value })),
            ]}
          />
        </Field>
      </div>
    </div>
  );
}

function OnCall({
  rotation,
  zone,
  people,
  now,
}: {
  rotation: Rotation;
  zone: string;
  people: KnownNames['people'];
  now: Date;
}) {
  const nameOf = (email: string) => people.find((one) => one.email === email)?.name ?? email;
  const place = rotation.timeZone ?? zone;
  const when = (at: Date) =>
    at.toLocaleString('en-GB', {
      timeZone: place,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
    });
  const from = new Date(rotation.from);
  if (rotation.people.length === 0 || rotation.shiftHours < 1 || Number.isNaN(from.getTime())) {
    return <p className="text-faint text-sm">It is not whole yet.</p>;
  }
  const shift = shiftAt(rotation, now);
  return (
    <p role="status" className="text-muted text-sm wrap-anywhere">
      {shift === null
        ? `Nobody is on call before ${when(from)}; then ${nameOf(rotation.people[0] ?? '')}.`
        : `On call now: ${nameOf(shift.person)}, until ${when(shift.until)}. Next: ${nameOf(shift.next)}.`}
      {` Times of ${place}.`}
    </p>
  );
}
