'use client';

import { useMemo, useState, useTransition } from 'react';
import { discardDraftAction, type PolicyAnswer, saveDraftAction } from '@/app/(dashboard)/policies/actions';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Confirm } from '@/components/ui/confirm';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Panel } from '@/components/ui/panel';
import { SegmentedControl } from '@/components/ui/segmented-control';
import { Textarea } from '@/components/ui/textarea';
import { toast } from '@/components/ui/toast';
import type { PolicyDocument, PolicyRule } from '@/lib/domain/policy/document';
import { type ExpressionProblem, isProblem, languageWith } from '@/lib/domain/policy/expression';
import { policyFromYaml, policyToYaml } from '@/lib/domain/policy/yaml';
import { LookupsFields } from './lookups-fields';
import { ProblemList, type ShownProblem } from './problem-list';
import { RotationsFields } from './rotations-fields';
import { RuleCard } from './rule-card';
import type { KnownNames } from './suggestions';
import { TestsFields } from './tests-fields';

type Mode = 'rules' | 'lookups' | 'rotations' | 'tests' | 'yaml';

const parts: Record<Mode, { label: string; title: string; description: string }> = {
  rules: {
    label: 'Rules',
    title: 'Rules',
    description: 'From the first to the last: the first that is true of a call decides.',
  },
  lookups: {
    label: 'Lookups',
    title: 'Lookups',
    description: 'Numbers about earlier calls, read when a call is judged. Rules use them as counts.',
  },
  rotations: {
    label: 'On call',
    title: 'On call',
    description: 'Who is on call, in turn. The steps of a rule may ask whoever it is then.',
  },
  tests: {
    label: 'Tests',
    title: 'Test cases',
    description: 'Calls, and what must come of each. They are tried here as you type.',
  },
  yaml: { label: 'YAML', title: 'The whole policy', description: 'As the file that it is, for Git.' },
};

const modes = ['rules', 'lookups', 'rotations', 'tests', 'yaml'] as const satisfies readonly Mode[];

/** Changes a draft: part by part, or as the file that it is. What is not saved is kept here alone. */
export function DraftEditor({
  version,
  revision,
  note: savedNote,
  document: saved,
  names,
}: {
  version: number;
  revision: number;
  note: string;
  document: PolicyDocument;
  names: Omit<KnownNames, 'lookups' | 'rotations'>;
}) {
  const [at, setAt] = useState(revision);
  const [document, setDocument] = useState(saved);
  const [text, setText] = useState('');
  const [mode, setMode] = useState<Mode>('rules');
  const [note, setNote] = useState(savedNote);
  const [open, setOpen] = useState<number | null>(null);
  const [dirty, setDirty] = useState(false);
  const [answer, setAnswer] = useState<PolicyAnswer | null>(null);
  const [shown, setShown] = useState<readonly ShownProblem[]>([]);
  const [busy, start] = useTransition();

  const lookups = Object.keys(document.lookups).join(' ');
  const language = useMemo(() => languageWith(lookups === '' ? [] : lookups.split(' ')), [lookups]);
  const check = (condition: string): ExpressionProblem | null => {
    const read = language.read(condition);
    return isProblem(read) ? read : null;
  };
  const edit = (part: Partial<PolicyDocument>) => {
    setDocument({ ...document, ...part });
    setDirty(true);
  };
  const change = (rules: readonly PolicyRule[]) => edit({ rules: [...rules] });
  const known: KnownNames = { ...names, lookups: Object.keys(document.lookups), rotations: document.rotations };
  const show = (next: Mode) => {
    if (next === 'yaml') {
      setText(policyToYaml(document));
      setShown([]);
      return setMode(next);
    }
    if (mode !== 'yaml') return setMode(next);
    const read = policyFromYaml(text);
    if (!read.ok) return setShown(read.problems);
    setShown([]);
    setDocument(read.document);
    setMode(next);
  };
  const save = () =>
    start(async () => {
      const file = mode === 'yaml' ? text : policyToYaml(document);
      const outcome = await saveDraftAction({ version, revision: at }, file, note);
      setAnswer(outcome);
      setShown(outcome.problems);
      if (!outcome.ok || outcome.revision === null) return;
      setAt(outcome.revision);
      setDirty(false);
      toast('Draft saved', { tone: 'success', id: 'policy-draft' });
    });

  return (
    <Panel title={parts[mode].title} description={parts[mode].description} flush>
      <div className="overflow-x-auto border-line border-b px-4 py-2.5">
        <SegmentedControl
          label="What to edit"
          value={mode}
          onValueChange={show}
          options={modes.map((value) => ({ value, label: parts[value].label }))}
        />
      </div>
      {mode === 'lookups' && (
        <LookupsFields lookups={document.lookups} names={names} onChange={(next) => edit({ lookups: next })} />
      )}
      {mode === 'rotations' && <RotationsFields document={document} people={names.people} onChange={edit} />}
      {mode === 'tests' && (
        <TestsFields document={document} names={known} onChange={(tests) => edit({ tests: [...tests] })} />
      )}
      {mode === 'rules' && (
        <>
          <ol>
            {document.rules.map((rule, index) => (
              <RuleCard
                // biome-ignore lint/suspicious/noArrayIndexKey: a rule's name is being typed; its place is what stays
                key={index}
                rule={rule}
                index={index}
                last={index === document.rules.length - 1}
                open={open === index}
                names={known}
                problem={check(rule.when)}
                check={check}
                onOpen={(next) => setOpen(next ? index : null)}
                onChange={(next) => change(document.rules.map((other, place) => (place === index ? next : other)))}
                onMove={(by) => {
                  change(moved(document.rules, index, by));
                  setOpen(open === index ? index + by : open === index + by ? index : open);
                }}
                onRemove={() => {
                  change(document.rules.filter((_, place) => place !== index));
                  setOpen(null);
                }}
              />
            ))}
          </ol>
          <div className="flex flex-wrap items-center gap-3 border-line border-t px-4 py-3">
            <Button
              onClick={() => {
                change([...document.rules, freshRule(document.rules)]);
                setOpen(document.rules.length);
              }}
            >
              Add a rule
            </Button>
          </div>
        </>
      )}
      {mode === 'yaml' && (
        <div className="grid gap-2 p-4">
          <Field label="Policy as YAML" labelHidden>
            <Textarea
              mono
              rows={20}
              spellCheck={false}
              className="max-h-none"
              value={text}
              onChange={(event) => {
                setText(event.target.value);
                setDirty(true);
              }}
            />
          </Field>
        </div>
      )}
      <div className="grid gap-3 border-line border-t px-4 py-4">
        <ProblemList problems={shown} />
        {answer !== null && !answer.ok && answer.message !== '' && (
          <Banner tone="danger" live>
            {answer.message}
          </Banner>
        )}
        <div className="flex flex-wrap items-end gap-2">
          <Field label="What this version is for" optional className="min-w-56 flex-1">
            <Input
              value={note}
              maxLength={400}
              onChange={(event) => {
                setNote(event.target.value);
                setDirty(true);
              }}
            />
          </Field>
          <Confirm
            button={{ children: 'Discard the draft' }}
            title="Throw this draft away?"
            confirmLabel="Discard it"
            danger
            onConfirm={() => discardDraftAction({ version, revision: at })}
          />
          <Button variant="primary" loading={busy} disabled={!dirty} onClick={save}>
            Save the draft
          </Button>
        </div>
        <p role="status" className="text-faint text-sm">
          {dirty ? 'There are changes that are not saved. Tests, trials and publishing look at what is saved.' : ''}
        </p>
      </div>
    </Panel>
  );
}

function moved(rules: readonly PolicyRule[], index: number, by: 1 | -1): readonly PolicyRule[] {
  const next = [...rules];
  const [rule] = next.splice(index, 1);
  if (rule) next.splice(index + by, 0, rule);
  return next;
}

function freshRule(rules: readonly PolicyRule[]): PolicyRule {
  const taken = new Set(rules.map(({ name }) => name));
  let number = rules.length + 1;
  while (taken.has(`Rule ${number}`)) number += 1;
  return {
    name: `Rule ${number}`,
    description: '',
    when: 'tool.name == ""',
    outcome: {
      outcome: 'review',
      groups: [],
      rejections: 1,
      onTimeout: 'reject',
      escalate: [],
      hideArgumentsInSlack: false,
      blindSecondReview: false,
    },
  };
}
