'use client';

import { useState } from 'react';
import { changeSettingsAction } from '@/app/(dashboard)/settings/actions';
import { useSavedAtOnce } from '@/components/admin/use-saved-at-once';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { RadioGroup } from '@/components/ui/radio-group';
import { Switch } from '@/components/ui/switch';

export type ShownSettings = Readonly<{
  retentionHours: number;
  fourEyes: boolean;
  policySecondPerson: boolean;
  foreignRuns: 'ignore' | 'show' | 'adopt';
}>;

/** The rules of the workspace; each is saved by itself, at once. */
export function RulesForm({ settings }: { settings: ShownSettings }) {
  const [shown, save] = useSavedAtOnce(settings, 'settings');
  const change = (changes: Partial<ShownSettings>) =>
    save({ ...shown, ...changes }, () => changeSettingsAction(changes));
  return (
    <div className="grid gap-6">
      <Switch
        label="Four eyes"
        description="Whoever asked for a run, or started it, may not decide its calls, unless a rule of the policy says so."
        checked={shown.fourEyes}
        onCheckedChange={(fourEyes) => change({ fourEyes })}
      />
      <Switch
        label="A second person for the policy"
        description="Whoever changed a draft of the policy may not put it in force."
        checked={shown.policySecondPerson}
        onCheckedChange={(policySecondPerson) => change({ policySecondPerson })}
      />
      <RadioGroup
        legend="Runs that other programs start"
        value={shown.foreignRuns}
        onValueChange={(foreignRuns) => change({ foreignRuns })}
        options={[
          {
            value: 'adopt',
            label: 'Adopt them',
            description:
              'Where an agent here is set to adopt the runs of their model, people decide them like any other. The rest is shown.',
          },
          { value: 'show', label: 'Show them', description: 'They can be looked at, and not be resumed from here.' },
          {
            value: 'ignore',
            label: 'Leave them alone',
            description: 'Their deliveries are kept; no run is made of them.',
          },
        ]}
      />
      <Retention hours={settings.retentionHours} onSave={(retentionHours) => change({ retentionHours })} />
    </div>
  );
}

const longestHours = 55 * 24;

function Retention({ hours, onSave }: { hours: number; onSave: (hours: number) => void }) {
  const [text, setText] = useState(String(hours));
  const value = Number(text);
  const right = Number.isInteger(value) && value >= 1 && value <= longestHours;
  return (
    <form
      noValidate
      className="grid max-w-md gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (right) onSave(value);
      }}
    >
      <Field
        label="How long Gemini keeps an interaction"
        error={!right && `Give whole hours from 1 to ${longestHours}.`}
        hint="24 hours on the free tier, up to 55 days when paid. No approval stays open longer: an answer would have nowhere to go."
      >
        <span className="flex items-center gap-2">
          <Input
            inputMode="numeric"
            className="w-36"
            suffix="h"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Button type="submit" disabled={!right || value === hours}>
            Save
          </Button>
          <span className="text-faint text-sm">
            {right && value >= 48 && `${Math.round((value / 24) * 10) / 10} days`}
          </span>
        </span>
      </Field>
    </form>
  );
}
