'use client';

import { useState, useTransition } from 'react';
import { setQuietHoursAction } from '@/app/(dashboard)/account/availability-actions';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { type QuietHours as Hours, quietWords, type Weekday, weekdays } from '@/lib/domain/quiet-hours';

const dayNames: Record<Weekday, string> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
};

/** When nobody writes to the viewer. */
export function QuietHours({ quiet, timeZones }: { quiet: Hours | null; timeZones: readonly string[] }) {
  const [draft, setDraft] = useState<Hours | null>(null);
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [busy, startBusy] = useTransition();

  const save = (wanted: Hours | null) =>
    startBusy(async () => {
      const outcome = await setQuietHoursAction(wanted);
      setErrors(outcome.kind === 'refused' ? outcome.errors : {});
      if (outcome.kind === 'done') setDraft(null);
    });

  if (draft === null) {
    return (
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p>{quiet === null ? 'None: you can be written to at any time.' : quietWords(quiet)}</p>
        <div className="flex flex-wrap gap-2">
          {quiet !== null && (
            <Button loading={busy} onClick={() => save(null)}>
              Remove
            </Button>
          )}
          <Button onClick={() => setDraft(quiet ?? usual())}>{quiet === null ? 'Set quiet hours…' : 'Change…'}</Button>
        </div>
      </div>
    );
  }
  const toggle = (day: Weekday, on: boolean) =>
    setDraft({ ...draft, days: weekdays.filter((one) => (one === day ? on : draft.days.includes(one))) });
  return (
    <form
      aria-label="Quiet hours"
      className="grid gap-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) save(draft);
      }}
    >
      <fieldset className="grid gap-2">
        <legend className="pb-1 font-medium text-sm">Days on which they begin</legend>
        <div className="flex flex-wrap gap-x-5 gap-y-2">
          {weekdays.map((day) => (
            <Checkbox
              key={day}
              label={dayNames[day]}
              checked={draft.days.includes(day)}
              onChange={(event) => toggle(day, event.target.checked)}
            />
          ))}
        </div>
        {errors.days !== undefined && (
          <p role="alert" className="text-danger text-sm">
            {errors.days}
          </p>
        )}
      </fieldset>
      <div className="grid gap-4 sm:grid-cols-[8rem_8rem_minmax(0,1fr)]">
        <Field label="From" error={errors.from}>
          <Input
            type="time"
            value={draft.from}
            onChange={(event) => setDraft({ ...draft, from: event.target.value })}
          />
        </Field>
        <Field label="To" error={errors.to}>
          <Input type="time" value={draft.to} onChange={(event) => setDraft({ ...draft, to: event.target.value })} />
        </Field>
        <Field label="Time zone" error={errors.timeZone}>
          <Select
            value={draft.timeZone}
            options={[...new Set([draft.timeZone, ...timeZones])].map((zone) => ({ value: zone, label: zone }))}
            onChange={(event) => setDraft({ ...draft, timeZone: event.target.value })}
          />
        </Field>
      </div>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={() => setDraft(null)}>Cancel</Button>
        <Button type="submit" variant="primary" loading={busy}>
          Save
        </Button>
      </div>
    </form>
  );
}

function usual(): Hours {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return { days: [...weekdays], from: '22:00', to: '07:00', timeZone };
}
