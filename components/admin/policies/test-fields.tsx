'use client';

import { useState } from 'react';
import { JsonField } from '@/components/admin/json-field';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Disclosure } from '@/components/ui/disclosure';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { isJsonObject, type Json, type JsonObject } from '@/lib/domain/json';
import type { PolicyDocument, PolicyTest } from '@/lib/domain/policy/document';
import { isTier, tiers, tierText } from '@/lib/domain/tier';
import { fromWallText, wallText } from '@/lib/domain/zone-time';
import type { KnownNames } from './suggestions';
import { meantAsItIs } from './tests-fields';

type Call = PolicyTest['call'];
type Expected = PolicyTest['expect'];
const outcomes = ['approve', 'reject', 'review'] as const;
const outcomeText = { approve: 'It is approved', reject: 'It is rejected', review: 'People are asked' };

/** One test case: a call with all that a rule may look at, and what must come of it. */
export function TestFields({
  test,
  document,
  names,
  onChange,
}: {
  test: PolicyTest;
  document: PolicyDocument;
  names: KnownNames;
  onChange: (test: PolicyTest) => void;
}) {
  const { call } = test;
  const setCall = (next: Call) => onChange({ ...test, call: next });
  return (
    <div className="grid min-w-0 gap-4 pb-2">
      <Field label="Name" required>
        <Input value={test.name} maxLength={80} onChange={(event) => onChange({ ...test, name: event.target.value })} />
      </Field>
      <fieldset className="grid min-w-0 gap-3">
        <legend className="pb-1 font-medium">The call</legend>
        <CallFields call={call} document={document} names={names} onChange={setCall} />
      </fieldset>
      <fieldset className="grid min-w-0 gap-3">
        <legend className="pb-1 font-medium">What must come of it</legend>
        <ExpectFields
          expected={test.expect}
          document={document}
          names={names}
          onChange={(next) => onChange({ ...test, expect: next })}
        />
        <Button className="justify-self-start" size="sm" onClick={() => onChange(meantAsItIs(test, document))}>
          Expect what it says now
        </Button>
      </fieldset>
    </div>
  );
}

function CallFields({
  call,
  document,
  names,
  onChange,
}: {
  call: Call;
  document: PolicyDocument;
  names: KnownNames;
  onChange: (call: Call) => void;
}) {
  const known = names.tools.map(({ name }) => name);
  const tools = known.includes(call.tool) ? known : [...known, call.tool];
  const agents =
    call.agent === undefined || names.agents.includes(call.agent) ? names.agents : [...names.agents, call.agent];
  const lookups = Object.keys(document.lookups);
  const { tier: _tier, ...untiered } = call;
  const { agent: _agent, ...unnamed } = call;
  const { requester, ...anonymous } = call;
  const { at, ...timeless } = call;
  return (
    <>
      <div className="grid min-w-0 gap-3 sm:grid-cols-2">
        <Field label="Function">
          <Select
            value={call.tool}
            onChange={(event) => {
              const tier = names.tools.find(({ name }) => name === event.target.value)?.tier;
              onChange({
                ...untiered,
                tool: event.target.value,
                ...(typeof tier === 'number' && isTier(tier) ? { tier } : {}),
              });
            }}
            options={tools.map((name) => ({ value: name, label: name }))}
          />
        </Field>
        <Field label="Its risk">
          <Select
            value={String(call.tier ?? '')}
            onChange={(event) => {
              const tier = Number(event.target.value);
              onChange(event.target.value !== '' && isTier(tier) ? { ...call, tier } : untiered);
            }}
            options={[
              { value: '', label: 'Nobody has described it' },
              ...tiers.map((tier) => ({ value: String(tier), label: `Tier ${tier}: ${tierText[tier].name}` })),
            ]}
          />
        </Field>
      </div>
      <ObjectField label="Arguments" value={call.args} onChange={(args) => onChange({ ...call, args })} />
      {lookups.length > 0 && (
        <div className="grid min-w-0 gap-3 sm:grid-cols-3">
          {lookups.map((name) => (
            <Field key={name} label={<span className="font-mono">{`counts.${name}`}</span>}>
              <Input
                inputMode="decimal"
                placeholder="0"
                value={call.counts[name] === undefined ? '' : String(call.counts[name])}
                onChange={(event) => {
                  const { [name]: _old, ...counts } = call.counts;
                  const given = Number(event.target.value);
                  const isNumber = event.target.value.trim() !== '' && Number.isFinite(given);
                  onChange({ ...call, counts: isNumber ? { ...counts, [name]: given } : counts });
                }}
              />
            </Field>
          ))}
        </div>
      )}
      <Disclosure summary="Agent, requester, time and run" defaultOpen={requester !== undefined || at !== undefined}>
        <div className="grid min-w-0 gap-3">
          <div className="grid min-w-0 gap-3 sm:grid-cols-2">
            <Field label="Agent">
              <Select
                value={call.agent ?? ''}
                onChange={(event) =>
                  onChange(event.target.value === '' ? unnamed : { ...call, agent: event.target.value })
                }
                options={[{ value: '', label: 'None' }, ...agents.map((name) => ({ value: name, label: name }))]}
              />
            </Field>
            <Field label="When" hint={`In the time of ${document.timeZone}. Empty: Monday, 2 March 2026, noon UTC.`}>
              <Input
                type="datetime-local"
                value={at === undefined ? '' : wallText(document.timeZone, new Date(at))}
                onChange={(event) => {
                  const next = fromWallText(document.timeZone, event.target.value);
                  onChange(next === null ? timeless : { ...call, at: next });
                }}
              />
            </Field>
            <Field label="Requester" optional hint="Free text, best an e-mail address.">
              <Input
                value={requester?.text ?? ''}
                maxLength={200}
                onChange={(event) =>
                  onChange(
                    event.target.value === ''
                      ? anonymous
                      : { ...call, requester: { verified: false, ...requester, text: event.target.value } },
                  )
                }
              />
            </Field>
          </div>
          {requester !== undefined && (
            <>
              <Checkbox
                label="It is the one who started the run"
                checked={requester.verified}
                onChange={(event) => onChange({ ...call, requester: { ...requester, verified: event.target.checked } })}
              />
              <Groups
                legend="Their groups, if they have an account here"
                all={names.groups}
                chosen={requester.groups ?? []}
                onChange={(groups) => {
                  const { groups: _groups, ...plain } = requester;
                  onChange({ ...call, requester: groups.length > 0 ? { ...plain, groups: [...groups] } : plain });
                }}
              />
            </>
          )}
          <ObjectField
            label="Metadata of the run"
            value={call.metadata}
            onChange={(metadata) => onChange({ ...call, metadata })}
          />
        </div>
      </Disclosure>
    </>
  );
}

function ExpectFields({
  expected,
  document,
  names,
  onChange,
}: {
  expected: Expected;
  document: PolicyDocument;
  names: KnownNames;
  onChange: (expected: Expected) => void;
}) {
  const { rule, tier: _tier, groups, approvals, ...rest } = expected;
  const rules = [...document.rules.map(({ name }) => name), 'No rule fits'];
  const shown = rule === undefined || rules.includes(rule) ? rules : [...rules, rule];
  const { rule: _rule, ...anyRule } = expected;
  const { groups: _groups, ...anyGroups } = expected;
  const { approvals: _approvals, ...anyNumber } = expected;
  const { tier: _own, ...anyTier } = expected;
  return (
    <>
      <div className="grid min-w-0 gap-3 sm:grid-cols-2">
        <Field label="Outcome">
          <Select
            value={expected.outcome}
            onChange={(event) => {
              const outcome = outcomes.find((one) => one === event.target.value) ?? 'review';
              onChange(
                outcome === 'review' ? { ...expected, outcome } : { ...rest, outcome, ...(rule ? { rule } : {}) },
              );
            }}
            options={outcomes.map((value) => ({ value, label: outcomeText[value] }))}
          />
        </Field>
        <Field label="By the rule">
          <Select
            value={rule ?? ''}
            onChange={(event) =>
              onChange(event.target.value === '' ? anyRule : { ...expected, rule: event.target.value })
            }
            options={[{ value: '', label: 'Whichever' }, ...shown.map((name) => ({ value: name, label: name }))]}
          />
        </Field>
        {expected.outcome === 'review' && (
          <>
            <Field label="On tier">
              <Select
                value={String(expected.tier ?? '')}
                onChange={(event) => {
                  const tier = Number(event.target.value);
                  onChange(event.target.value !== '' && isTier(tier) ? { ...expected, tier } : anyTier);
                }}
                options={[
                  { value: '', label: 'Whichever' },
                  ...tiers.map((one) => ({ value: String(one), label: `Tier ${one}: ${tierText[one].name}` })),
                ]}
              />
            </Field>
            <Field label="People who must approve">
              <Input
                inputMode="numeric"
                placeholder="However many"
                value={approvals === undefined ? '' : String(approvals)}
                onChange={(event) => {
                  const digits = event.target.value.replace(/\D/g, '').slice(0, 2);
                  onChange(digits === '' ? anyNumber : { ...expected, approvals: Number(digits) });
                }}
              />
            </Field>
          </>
        )}
      </div>
      {expected.outcome === 'review' && (
        <>
          <Checkbox
            label="These groups, and no others, are asked"
            description="With none chosen: everybody who may decide."
            checked={groups !== undefined}
            onChange={(event) => onChange(event.target.checked ? { ...expected, groups: [] } : anyGroups)}
          />
          {groups !== undefined && (
            <Groups
              legend="Groups that must be asked"
              all={names.groups}
              chosen={groups}
              onChange={(next) => onChange({ ...expected, groups: [...next] })}
            />
          )}
        </>
      )}
    </>
  );
}

function Groups({
  legend,
  all,
  chosen,
  onChange,
}: {
  legend: string;
  all: readonly string[];
  chosen: readonly string[];
  onChange: (groups: readonly string[]) => void;
}) {
  const shown = [...new Set([...all, ...chosen])];
  return (
    <fieldset className="grid min-w-0 gap-2">
      <legend className="pb-1 text-sm">{legend}</legend>
      {shown.length === 0 && <p className="text-faint text-sm">There are no groups yet.</p>}
      <div className="flex flex-wrap gap-x-6 gap-y-2">
        {shown.map((group) => (
          <Checkbox
            key={group}
            label={group}
            checked={chosen.includes(group)}
            onChange={(event) =>
              onChange(event.target.checked ? [...chosen, group] : chosen.filter((name) => name !== group))
            }
          />
        ))}
      </div>
    </fieldset>
  );
}

/** A JSON object as text: what does not read yet stays in the box and changes nothing. */
function ObjectField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: JsonObject;
  onChange: (value: JsonObject) => void;
}) {
  const [text, setText] = useState(() => JSON.stringify(value, null, 2));
  return (
    <JsonField
      label={label}
      name={label}
      rows={4}
      value={text}
      onValueChange={(next) => {
        setText(next);
        const read = objectIn(next);
        if (read !== null) onChange(read);
      }}
    />
  );
}

function objectIn(text: string): JsonObject | null {
  try {
    const value = (text.trim() === '' ? {} : JSON.parse(text)) as Json;
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
