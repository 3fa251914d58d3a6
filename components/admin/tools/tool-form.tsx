'use client';

import { type ReactNode, useRef, useState, useTransition } from 'react';
import { saveToolAction, type ToolAnswer } from '@/app/(dashboard)/agents/actions';
import { Badge } from '@/components/ui/badge';
import { Banner } from '@/components/ui/banner';
import { Button, ButtonLink } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { JsonView } from '@/components/ui/json-view';
import { Link } from '@/components/ui/link';
import { Panel } from '@/components/ui/panel';
import { RadioGroup } from '@/components/ui/radio-group';
import { SafeText } from '@/components/ui/safe-text';
import { Switch } from '@/components/ui/switch';
import { Tier } from '@/components/ui/tier';
import { Time } from '@/components/ui/time';
import { toast } from '@/components/ui/toast';
import { effectSentence } from '@/lib/domain/effect';
import type { JsonObject } from '@/lib/domain/json';
import { type Tier as TierNumber, tiers, tierText } from '@/lib/domain/tier';

type Values = Readonly<{
  tier: TierNumber;
  effectTemplate: string;
  fulfilment: 'answer' | 'manual';
  maskedFields: readonly string[];
  riskFields: readonly string[];
  deadlineMinutes: number | null;
  hideArgumentsInSlack: boolean;
}>;

export type ShownCall = Readonly<{ id: string; at: Date; arguments: JsonObject }>;

/** What an admin says of a function, beside a recent call that shows what it will look like. */
export function ToolForm({
  name,
  version: initialVersion,
  manage,
  initial,
  fields,
  calls,
}: {
  name: string;
  version: number; // 0: nobody described it
  manage: boolean;
  initial: Values;
  /** The fields of its arguments, as far as they are known. */
  fields: readonly string[];
  calls: readonly ShownCall[];
}) {
  const [version, setVersion] = useState(initialVersion);
  const [tier, setTier] = useState(initial.tier);
  const [template, setTemplate] = useState(initial.effectTemplate);
  const [fulfilment, setFulfilment] = useState(initial.fulfilment);
  const [masked, setMasked] = useState(initial.maskedFields.join(', '));
  const [risky, setRisky] = useState(initial.riskFields.join(', '));
  const [deadline, setDeadline] = useState(initial.deadlineMinutes === null ? '' : String(initial.deadlineMinutes));
  const [hideInSlack, setHideInSlack] = useState(initial.hideArgumentsInSlack);
  const [answer, setAnswer] = useState<ToolAnswer>({ ok: true, message: '', version: 0, errors: {} });
  const [busy, start] = useTransition();
  const templateBox = useRef<HTMLInputElement>(null);

  const save = () =>
    start(async () => {
      const next = await saveToolAction(version, {
        name,
        tier,
        effectTemplate: template,
        fulfilment,
        maskedFields: listOf(masked),
        riskFields: listOf(risky),
        deadlineMinutes: deadline.trim() === '' ? null : Number(deadline),
        hideArgumentsInSlack: hideInSlack,
      });
      setAnswer(next);
      if (!next.ok) return;
      setVersion(next.version);
      toast(next.message, { tone: 'success' });
    });
  const insert = (field: string) => {
    const box = templateBox.current;
    const at = box?.selectionStart ?? template.length;
    const gap = `{${field}}`;
    setTemplate(template.slice(0, at) + gap + template.slice(box?.selectionEnd ?? at));
    requestAnimationFrame(() => {
      box?.focus();
      box?.setSelectionRange(at + gap.length, at + gap.length);
    });
  };

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      className="grid max-w-5xl items-start gap-4 pb-8 lg:grid-cols-[minmax(0,1fr)_22rem]"
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
          <div className="grid gap-3">
            <Field
              label="Sentence"
              error={answer.errors.effectTemplate}
              hint="Such as: Refund {amount} {currency} for order {order.id}. Empty: the function’s name."
            >
              <Input
                ref={templateBox}
                value={template}
                maxLength={500}
                onChange={(event) => setTemplate(event.target.value)}
              />
            </Field>
            {fields.length > 0 && manage && (
              <Choices label="Insert a field" fields={fields} onChoose={insert}>
                {(field) => `{${field}}`}
              </Choices>
            )}
          </div>
        </Panel>
        <Panel title="Fields">
          <div className="grid gap-4">
            <FieldNames
              label="Masked"
              hint="Secrets: people see that there is a value, and ask to see it. Names, or paths such as card.number."
              error={answer.errors.maskedFields}
              value={masked}
              onChange={setMasked}
              fields={manage ? fields : []}
            />
            <FieldNames
              label="Risky"
              hint="What to look at before deciding, such as the amount or who receives it: shown first and opened."
              error={answer.errors.riskFields}
              value={risky}
              onChange={setRisky}
              fields={manage ? fields : []}
            />
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
        {!answer.ok && answer.message !== '' && (
          <Banner tone="danger" live>
            {answer.message}
          </Banner>
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
      <Preview name={name} tier={tier} template={template} calls={calls} />
    </form>
  );
}

function Preview({
  name,
  tier,
  template,
  calls,
}: {
  name: string;
  tier: TierNumber;
  template: string;
  calls: readonly ShownCall[];
}) {
  return (
    <div className="min-w-0 lg:sticky lg:top-6">
      <Panel title="Preview">
        {calls.length === 0 ? (
          <p className="text-muted text-sm">
            With the first call, you see here what people will read. Until then the sentence shows its gaps:{' '}
            <span className="text-ink">{template || `Call ${name}`}</span>
          </p>
        ) : (
          <ul className="grid gap-4">
            {calls.map((call, index) => (
              <li key={call.id} className="grid min-w-0 gap-2 border-line border-t pt-3 first:border-t-0 first:pt-0">
                <p className="wrap-anywhere font-medium text-lg">
                  <SafeText>{effectSentence({ name, arguments: call.arguments }, template)}</SafeText>
                </p>
                <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-faint text-sm">
                  <Tier tier={tier} />
                  <Link href={`/approvals/${call.id}`}>
                    Call of <Time value={call.at} />
                  </Link>
                </p>
                {index === 0 && <JsonView label="arguments" value={call.arguments} depth={2} copy={false} />}
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </div>
  );
}

function FieldNames({
  label,
  hint,
  error,
  value,
  onChange,
  fields,
}: {
  label: string;
  hint: string;
  error: string | undefined;
  value: string;
  onChange: (value: string) => void;
  fields: readonly string[];
}) {
  const chosen = listOf(value);
  const rest = fields.filter((field) => !chosen.includes(field));
  return (
    <div className="grid gap-2">
      <Field label={label} optional error={error} hint={hint}>
        <Input mono spellCheck={false} value={value} onChange={(event) => onChange(event.target.value)} />
      </Field>
      {rest.length > 0 && (
        <Choices
          label={`Add a field to: ${label}`}
          fields={rest}
          onChoose={(field) => onChange([...chosen, field].join(', '))}
        >
          {(field) => field}
        </Choices>
      )}
    </div>
  );
}

function Choices({
  label,
  fields,
  onChoose,
  children,
}: {
  label: string;
  fields: readonly string[];
  onChoose: (field: string) => void;
  children: (field: string) => ReactNode;
}) {
  return (
    <ul aria-label={label} className="flex flex-wrap gap-1.5">
      {fields.map((field) => (
        <li key={field} className="min-w-0">
          <button type="button" onClick={() => onChoose(field)} className="max-w-full rounded-sm">
            <Badge mono className="h-6 hover:border-line-control hover:text-ink">
              <span className="sr-only">Add </span>
              {children(field)}
            </Badge>
          </button>
        </li>
      ))}
    </ul>
  );
}

function listOf(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))];
}
