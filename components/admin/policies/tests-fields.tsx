'use client';

import { Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { Status } from '@/components/ui/status';
import { runTests, type TestResult } from '@/lib/domain/policy/check';
import { type PolicyDocument, type PolicyTest, parsePolicy } from '@/lib/domain/policy/document';
import { PastCallDialog } from './past-call-dialog';
import { ProblemList } from './problem-list';
import type { KnownNames } from './suggestions';
import { TestFields } from './test-fields';

const mostTests = 200; // lib/domain/policy/document.ts

/** The calls that a policy is held to: each with what must come of it, tried as the draft stands. */
export function TestsFields({
  document,
  names,
  onChange,
}: {
  document: PolicyDocument;
  names: KnownNames;
  onChange: (tests: readonly PolicyTest[]) => void;
}) {
  const { tests } = document;
  const [open, setOpen] = useState<number | null>(null);
  const [picking, setPicking] = useState(false);
  const whole = useMemo(() => parsePolicy(document), [document]);
  const results = useMemo(() => (whole.ok ? runTests(whole.document) : []), [whole]);
  const add = (test: PolicyTest) => {
    onChange([...tests, test]);
    setOpen(tests.length);
  };
  return (
    <>
      {!whole.ok && (
        <div className="grid gap-2 border-line border-b p-4">
          <p className="font-medium">Nothing can be tried while something is missing:</p>
          <ProblemList
            problems={whole.problems.map(({ path, message }) => ({ path: placeWords(path, document), message }))}
          />
        </div>
      )}
      {tests.length === 0 && (
        <p className="p-4 text-muted">
          A test case is a call and what must come of it. A draft that fails one cannot be put in force, so what was
          meant once stays so.
        </p>
      )}
      <ul aria-label="Test cases" className="grid min-w-0 empty:hidden">
        {tests.map((test, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: the name is being typed; its place is what stays
            key={index}
            className="grid min-w-0 gap-3 border-line border-b px-4 py-3 last:border-b-0"
          >
            <div className="flex min-w-0 flex-wrap items-start gap-x-3 gap-y-2 sm:flex-nowrap">
              <div className="min-w-0 flex-1 basis-56">
                <Verdict name={test.name} result={results[index]} />
              </div>
              <div className="flex shrink-0 items-center gap-1">
                <IconButton
                  label={`Remove ${test.name}`}
                  size="sm"
                  onClick={() => {
                    onChange(tests.filter((_, place) => place !== index));
                    setOpen(null);
                  }}
                  icon={<Trash2 />}
                />
                <Button size="sm" aria-expanded={open === index} onClick={() => setOpen(open === index ? null : index)}>
                  {open === index ? 'Close' : 'Edit'}
                </Button>
              </div>
            </div>
            {open === index && (
              <TestFields
                test={test}
                document={document}
                names={names}
                onChange={(next) => onChange(tests.map((other, place) => (place === index ? next : other)))}
              />
            )}
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap items-center gap-2 border-line border-t px-4 py-3">
        <Button
          disabled={tests.length >= mostTests}
          onClick={() =>
            add({
              name: freshName(tests),
              call: {
                tool: names.tools[0]?.name ?? 'issue_refund',
                args: {},
                metadata: {},
                counts: {},
                ...tierOf(names),
              },
              expect: { outcome: 'review' },
            })
          }
        >
          Add a test case
        </Button>
        <Button disabled={tests.length >= mostTests} onClick={() => setPicking(true)}>
          From a past call
        </Button>
      </div>
      {picking && (
        <PastCallDialog
          onClose={() => setPicking(false)}
          onChoose={(call, effect) => {
            setPicking(false);
            add(meantAsItIs({ name: nameFrom(effect, tests), call, expect: { outcome: 'review' } }, document));
          }}
        />
      )}
    </>
  );
}

function Verdict({ name, result }: { name: string; result: TestResult | undefined }) {
  return (
    <div className="grid min-w-0 gap-0.5">
      <p className="flex min-w-0 flex-wrap gap-x-3">
        {result === undefined ? (
          <Status glyph="dash">Not tried</Status>
        ) : (
          <Status tone={result.passed ? 'success' : 'danger'} glyph={result.passed ? 'check' : 'cross'}>
            {result.passed ? 'Passes' : 'Fails'}
          </Status>
        )}
        <span className="min-w-0 font-medium wrap-anywhere">{name}</span>
      </p>
      <p role="status" className="text-muted text-sm wrap-anywhere">
        {result?.said}
      </p>
    </div>
  );
}

/** The same test, expecting what the document says of its call now. */
export function meantAsItIs(test: PolicyTest, document: PolicyDocument): PolicyTest {
  const [result] = runTests({ ...document, tests: [test] });
  if (result === undefined) return test;
  const { outcome, rule, tier, groups, approvals } = result.got;
  return {
    ...test,
    expect: { outcome, rule, ...(outcome === 'review' ? { tier, groups: [...groups], approvals } : {}) },
  };
}

// `rules.12.outcome.escalate.1` as a person would say it.
function placeWords(path: string, { rules, tests }: PolicyDocument): string {
  const [, part, index, rest = ''] = /^(rules|tests)\.(\d+)\.?(.*)$/.exec(path) ?? [];
  if (part === undefined) return path;
  const name = (part === 'rules' ? rules : tests)[Number(index)]?.name ?? index;
  const step = /escalate\.(\d+)/.exec(rest)?.[1];
  const where = step === undefined ? rest.replace('outcome.', '') : `step ${Number(step) + 1}`;
  return `${part === 'rules' ? 'Rule' : 'Test'} “${name}”${where === '' ? '' : `, ${where}`}`;
}

function tierOf(names: KnownNames): Pick<PolicyTest['call'], 'tier'> {
  const tier = names.tools[0]?.tier;
  return tier === 0 || tier === 1 || tier === 2 || tier === 3 || tier === 4 ? { tier } : {};
}

function freshName(tests: readonly PolicyTest[]): string {
  let number = tests.length + 1;
  while (tests.some(({ name }) => name === `Test ${number}`)) number += 1;
  return `Test ${number}`;
}

function nameFrom(effect: string, tests: readonly PolicyTest[]): string {
  const name = [...effect].slice(0, 70).join('').trim() || 'Past call';
  return tests.some((test) => test.name === name) ? `${name} (${tests.length + 1})` : name;
}
