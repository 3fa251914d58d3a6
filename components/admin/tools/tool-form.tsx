'use client';

import { useState, useTransition } from 'react';
import { saveToolAction, type ToolAnswer } from '@/app/(dashboard)/agents/actions';
import { Banner } from '@/components/ui/banner';
import { Button, ButtonLink } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Panel } from '@/components/ui/panel';
import { RadioGroup } from '@/components/ui/radio-group';
import { Switch } from '@/components/ui/switch';
import { Tier } from '@/components/ui/tier';
import { toast } from '@/components/ui/toast';
import type { SchemaField } from '@/lib/domain/schema-fields';
import { type Tier as TierNumber, tiers, tierText } from '@/lib/domain/tier';
import { EffectField } from './effect-field';
import { EffectPreview, type ShownCall } from './effect-preview';
import { ToolFields } from './tool-fields';

type Values = Readonly<{
  tier: TierNumber;
  effectTemplate: string;
  fulfilment: 'answer' | 'manual';
  maskedFields: readonly string[];
  riskFields: readonly string[];
  deadlineMinutes: number | null;
  hideArgumentsInSlack: boolean;
}>;

/** What an admin says of a function, beside recent calls that show what it will look like. */
export function ToolForm({ version, initial, ...rest }: Omit<Parameters<typeof Form>[0], 'current' | 'onReload'>) {
  // What was typed stays when somebody else saves: their version is offered, and shown only when asked for.
  const [shown, setShown] = useState({ version, initial });
  return (
    <Form
      {...rest}
      key={shown.version}
      version={shown.version}
      initial={shown.initial}
      current={version}
      onReload={() => setShown({ version, initial })}
    />
  );
}

function Form({
  name,
  version: initialVersion,
  manage,
  initial,
  fields,
  calls,
  current,
  onReload,
}: {
  name: string;
  version: number; // 0: nobody described it
  /** The version that is stored now: another one when somebody has saved since. */
  current: number;
  manage: boolean;
  initial: Values;
  /** The fields of its arguments, as far as they are known. */
  fields: readonly SchemaField[];
  calls: readonly ShownCall[];
  /** Shows what somebody else has saved meanwhile, in place of what was typed here. */
  onReload: () => void;
}) {
  const [version, setVersion] = useState(initialVersion);
  const [tier, setTier] = useState(initial.tier);
  const [template, setTemplate] = useState(initial.effectTemplate);
  const [fulfilment, setFulfilment] = useState(initial.fulfilment);
  const [masked, setMasked] = useState(initial.maskedFields);
  const [risky, setRisky] = useState(initial.riskFields);
  const [deadline, setDeadline] = useState(initial.deadlineMinutes === null ? '' : String(initial.deadlineMinutes));
  const [hideInSlack, setHideInSlack] = useState(initial.hideArgumentsInSlack);
  const [answer, setAnswer] = useState<ToolAnswer>({ ok: true, message: '', version: 0, errors: {} });
  const [busy, start] = useTransition();

  const save = () =>
    start(async () => {
      const next = await saveToolAction(version, {
        name,
        tier,
        effectTemplate: template,
        fulfilment,
        maskedFields: masked,
        riskFields: risky,
        deadlineMinutes: deadline.trim() === '' ? null : Number(deadline),
        hideArgumentsInSlack: hideInSlack,
      });
      setAnswer(next);
      if (!next.ok) return;
      setVersion(next.version);
      toast(next.message, { tone: 'success' });
    });

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      className="grid max-w-6xl items-start gap-4 pb-4 lg:grid-cols-[minmax(0,1fr)_22rem]"
    >
      <fieldset disabled={!manage} className="grid min-w-0 gap-4">
        <legend className="sr-only">{`About ${name}`}</legend>
        <Panel title="Risk" description="It decides who is asked, and how carefully.">
          <RadioGroup
            legend="Tier"
            legendHidden
            name="tier"
            boxed
            value={String(tier)}
            onValueChange={(value) => setTier(tiers.find((one) => String(one) === value) ?? 2)}
            options={tiers.map((one) => ({
              value: String(one),
              label: <Tier tier={one} />,
              description: tierText[one].meaning,
            }))}
          />
        </Panel>
        <Panel
          title="Effect"
          description="What people read first. Words are yours; only the gaps are filled by the call."
        >
          <EffectField
            value={template}
            error={answer.errors.effectTemplate}
            fields={fields}
            masked={masked}
            name={name}
            latest={calls[0]?.arguments}
            disabled={!manage}
            onChange={setTemplate}
          />
        </Panel>
        <Panel
          title="Fields"
          description="Masked ones are secrets: people see that there is a value, and ask to see it. What to look at first is opened at the top, such as the amount or who receives it."
        >
          <div className="grid gap-4">
            <ToolFields
              fields={fields}
              masked={masked}
              risky={risky}
              disabled={!manage}
              onMasked={setMasked}
              onRisky={setRisky}
            />
            {(answer.errors.maskedFields ?? answer.errors.riskFields) && (
              <p className="text-danger text-sm">{answer.errors.maskedFields ?? answer.errors.riskFields}</p>
            )}
            <Switch
              label="Keep arguments out of Slack"
              description="Messages there show the function, the risk and a link; approving takes the browser."
              checked={hideInSlack}
              onCheckedChange={setHideInSlack}
            />
          </div>
        </Panel>
        <Panel title="After approval">
          <div className="grid gap-4">
            <RadioGroup
              legend="What the agent gets as the result"
              name="fulfilment"
              value={fulfilment}
              onValueChange={setFulfilment}
              options={[
                {
                  value: 'answer',
                  label: 'The decision',
                  description: 'The agent’s own program carries it out. The result says that nothing ran here.',
                },
                {
                  value: 'manual',
                  label: 'What a person reports',
                  description: 'Somebody carries it out by hand and writes down what came of it.',
                },
              ]}
            />
            <Field
              label="Time to decide"
              optional
              error={answer.errors.deadlineMinutes}
              hint="In minutes from the call. Empty: until shortly before Gemini forgets the run."
            >
              <Input
                inputMode="numeric"
                className="w-36"
                suffix="min"
                value={deadline}
                onChange={(event) => setDeadline(event.target.value)}
              />
            </Field>
          </div>
        </Panel>
        {current > version ? (
          <Banner
            tone="warning"
            live
            title="Somebody else has changed this function"
            action={<Button onClick={onReload}>Load their version</Button>}
          >
            Nothing of yours is saved. Load their version, and make your change again.
          </Banner>
        ) : (
          !answer.ok &&
          answer.message !== '' && (
            <Banner tone="danger" live>
              {answer.message}
            </Banner>
          )
        )}
        {manage && (
          <div className="flex flex-wrap items-center gap-2">
            <Button type="submit" variant="primary" loading={busy}>
              {version === 0 ? 'Describe the function' : 'Save'}
            </Button>
            <ButtonLink href="/agents/tools">Back to the list</ButtonLink>
            {version > 0 && <span className="text-faint text-sm">{`Version ${version}`}</span>}
          </div>
        )}
      </fieldset>
      <div className="min-w-0 lg:sticky lg:top-6">
        <EffectPreview name={name} tier={tier} template={template} masked={masked} calls={calls} />
      </div>
    </form>
  );
}
