import { describe, expect, test } from 'vitest';
import { builtInPolicy } from '@/lib/domain/policy/built-in';
import { policyProblems, runTests } from '@/lib/domain/policy/check';
import { policyDiff } from '@/lib/domain/policy/diff';
import { type PolicyDocument, policyDocument } from '@/lib/domain/policy/document';
import { ruleWords } from '@/lib/domain/policy/words';
import { policyFromYaml, policyToYaml } from '@/lib/domain/policy/yaml';
import { aPolicy, ask, letPass, stop } from '@/tests/support/policies';

const parsed = (rules: readonly unknown[], change = {}): PolicyDocument => policyDocument.parse(aPolicy(rules, change));

const rich = parsed(
  [
    letPass('tool.tier == 0 && tool.name != "a: b"', 'Look-ups pass'),
    ask(
      'args.amount > 200 && args.currency in ["EUR", "USD"] // by \\ hand',
      {
        tier: 3,
        groups: ['finance'],
        approvals: 2,
        escalate: [{ afterMinutes: 30, rotation: 'night' }],
        onTimeout: 'escalate',
      },
      'Large refunds',
    ),
    stop('args.note == "it\'s: \\"so\\""', 'Odd'),
  ],
  {
    lookups: { refunds_last_hour: { tool: 'issue_refund', minutes: 60, sum: 'amount' } },
    rotations: { night: { people: ['ada@example.com'], from: '2026-01-05T00:00:00Z', shiftHours: 168 } },
    tests: [
      {
        name: 'A refund of 250 goes to finance',
        call: { tool: 'issue_refund', args: { amount: 250, currency: 'EUR' }, tier: 2 },
        expect: { outcome: 'review', rule: 'Large refunds', groups: ['finance'] },
      },
    ],
  },
);

describe('a policy as a file', () => {
  test.each([
    ['the built-in one', builtInPolicy],
    ['one with everything in it', rich],
    ['one without rules', parsed([])],
  ])('%s comes back as it was', (_what, document) => {
    expect(policyFromYaml(policyToYaml(document))).toEqual({ ok: true, document });
  });

  test('says nothing that goes without saying', () => {
    const text = policyToYaml(builtInPolicy);
    expect(text).not.toMatch(/escalate|hideArguments|rejections/);
    expect(text).toContain('when: tool.tier == 0\n');
  });

  test('names the line of what is wrong', () => {
    const text = [
      'format: countersign-policy/1',
      'timeZone: UTC',
      'rules:',
      '  - name: A',
      '    when: "true"',
      '    outcome: { outcome: allow }',
    ].join('\n');
    expect(policyFromYaml(text)).toMatchObject({ ok: false, problems: [{ line: 6 }] });
    expect(policyFromYaml('format: [')).toMatchObject({ ok: false, problems: [{ line: 1 }] });
    expect(policyFromYaml('a: 1\na: 2')).toMatchObject({ ok: false });
  });

  test('follows no aliases: a small file cannot become a large one', () => {
    expect(policyFromYaml('a: &a [x, x]\nb: [*a, *a]')).toMatchObject({ ok: false });
  });
});

describe('test cases kept with a policy', () => {
  test('pass and fail, and say what came out', () => {
    expect(runTests(rich)).toEqual([
      {
        name: 'A refund of 250 goes to finance',
        passed: true,
        said: 'reviewed on tier 3 by 2 of finance by “Large refunds”',
        got: { outcome: 'review', rule: 'Large refunds', tier: 3, groups: ['finance'], approvals: 2 },
      },
    ]);
    const other = { ...rich, rules: rich.rules.slice(0, 1) };
    expect(runTests(other)[0]).toMatchObject({ passed: false });
    expect(policyProblems(other)).toMatchObject([{ path: 'tests.0' }]);
  });

  test('an expression that cannot be read is named with its place', () => {
    const wrong = parsed([letPass('args.amount >> 3'), ask('unknown(args)')]);
    expect(policyProblems(wrong)).toMatchObject([
      { path: 'rules.0.when', from: expect.any(Number) },
      { path: 'rules.1.when', from: 0, to: 13 },
    ]);
  });
});

describe('the difference of two policies', () => {
  const base = parsed([letPass('true', 'A'), ask('true', {}, 'B'), stop('true', 'C'), ask('false', {}, 'D')]);

  test('names what was added, removed, changed and moved', () => {
    const after = parsed([
      ask('false', {}, 'D'),
      letPass('true', 'A'),
      ask('true', { tier: 3 }, 'B'),
      letPass('false', 'E'),
    ]);
    expect(policyDiff(base, after).rules.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'moved D',
      'changed B',
      'added E',
      'removed C',
    ]);
    expect(policyDiff(base, base)).toEqual({ rules: [], other: [] });
  });

  test('names what else differs', () => {
    expect(policyDiff(base, { ...base, timeZone: 'UTC' }).other).toEqual(['The time zone: Europe/Berlin becomes UTC']);
  });
});

test('a rule in plain words', () => {
  const [, large, odd] = rich.rules;
  expect(large && ruleWords(large)).toContain('two people of finance must agree, as for tier 3 (irreversible).');
  expect(large && ruleWords(large)).toContain('After 30 min whoever is on call in night is asked too.');
  expect(odd && ruleWords(odd)).toContain('it is rejected without asking: Not by an agent.');
});
