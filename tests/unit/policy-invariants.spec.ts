import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@/lib/domain/json';
import { builtInPolicy } from '@/lib/domain/policy/built-in';
import { isProblem, languageWith } from '@/lib/domain/policy/expression';
import { policyOf } from '@/lib/domain/policy/judge';
import { tiers } from '@/lib/domain/tier';
import { aPolicy, ask, letPass, someFacts, stop } from '@/tests/support/policies';

// Conditions of every kind: that hold, that do not, that fail as they are read and as they are evaluated.
const aCondition = fc.oneof(
  fc.constantFrom('true', 'false', 'args.amount > 200', 'has(args.amount) && args.amount < 10', 'tool.tier == 0'),
  fc.constantFrom(
    'args.nothing == 1',
    'args.amount == ',
    'nothing()',
    'tool',
    '1 / 0 == 1',
    'args.amount',
    'args.s > 1',
  ),
  fc.string({ maxLength: 40 }),
  fc
    .tuple(fc.constantFrom('args.a', 'args.b.c', 'args["d"]'), fc.constantFrom('==', '>', 'in', '+'), fc.jsonValue())
    .map(([left, operator, right]) => `${left} ${operator} ${JSON.stringify(right)}`),
);
const aRule = fc
  .tuple(aCondition, fc.constantFrom(letPass, stop, ask), fc.uuid())
  .map(([when, make, name]) =>
    make === ask ? ask(when, {}, name) : make === stop ? stop(when, name) : letPass(when, name),
  );
const someArguments = fc.dictionary(
  fc.constantFrom('amount', 'a', 'b', 'd', 's', '__proto__'),
  fc.jsonValue(),
) as fc.Arbitrary<JsonObject>;
const someCall = fc.record({
  args: someArguments,
  tier: fc.option(fc.constantFrom(...tiers)),
  metadata: someArguments,
});

type Case = { args: JsonObject; tier: (typeof tiers)[number] | null; metadata: JsonObject };
const factsOf = ({ args, tier, metadata }: Case) =>
  someFacts({
    call: { name: 'f', arguments: args },
    tool: tier === null ? null : { tier, deadlineMinutes: null },
    run: { origin: 'started', metadata },
  });

/** What a condition comes to, asked by itself. */
function alone(when: string, of: Case): boolean | 'failed' {
  const facts = factsOf(of);
  const expression = languageWith([]).read(when.trim());
  if (isProblem(expression)) return 'failed';
  const probe = policyOf(aPolicy([stop(when, 'probe')]), 1).judge(facts);
  return probe.requirement.problem !== null ? 'failed' : probe.outcome === 'reject';
}

describe('whatever the policy and whatever the call', () => {
  test('only a rule that is true approves or rejects, and it is the first that is not false', () => {
    fc.assert(
      fc.property(fc.array(aRule, { maxLength: 6 }), someCall, (rules, of) => {
        const judgement = policyOf(aPolicy(rules), 1).judge(factsOf(of));
        if (judgement.outcome === 'review') return;
        const all = rules as { name: string; when: string; outcome: { outcome: string } }[];
        const index = all.findIndex(({ name }) => name === judgement.requirement.rule);
        const rule = all[index];
        expect(rule?.outcome.outcome).toBe(judgement.outcome);
        expect(judgement.requirement.problem).toBeNull();
        if (judgement.outcome === 'approve') expect([0, 1, 2, 3]).toContain(of.tier);
        if (of.tier !== null) {
          expect(alone(rule?.when ?? '', of)).toBe(true);
          for (const before of all.slice(0, index)) expect(alone(before.when, of)).toBe(false);
        } else expect(judgement.outcome).toBe('reject');
      }),
      { numRuns: 2000 },
    );
  });

  test('a policy without a rule that approves approves nothing', () => {
    fc.assert(
      fc.property(
        fc.array(aRule.filter((rule) => !JSON.stringify(rule).includes('"approve"'))),
        someCall,
        (rules, of) => {
          expect(policyOf(aPolicy(rules), 1).judge(factsOf(of)).outcome).not.toBe('approve');
        },
      ),
    );
  });

  test('no stored value that is no policy approves or throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), someCall, (stored, of) => {
        expect(policyOf(stored, 1).judge(factsOf(of))).toMatchObject({
          outcome: 'review',
          tier: of.tier === 4 ? 4 : 3,
        });
      }),
    );
  });

  test('a policy damaged in one place asks people or says what it said', () => {
    const text = JSON.stringify(builtInPolicy);
    const damage = fc.tuple(fc.nat(text.length - 1), fc.string({ maxLength: 3 }), fc.nat(5));
    fc.assert(
      fc.property(damage, someCall, ([at, put, cut], of) => {
        const damaged = text.slice(0, at) + put + text.slice(at + cut);
        let stored: unknown;
        try {
          stored = JSON.parse(damaged);
        } catch {
          stored = damaged;
        }
        const judgement = policyOf(stored, 1).judge(factsOf(of));
        if (judgement.outcome === 'approve') expect(judgement.requirement.problem).toBeNull();
        if (of.tier === null) expect(judgement.outcome).not.toBe('approve');
      }),
      { numRuns: 1000 },
    );
  });

  test('the same facts always come to the same judgement', () => {
    fc.assert(
      fc.property(fc.array(aRule, { maxLength: 4 }), someCall, (rules, of) => {
        const policy = policyOf(aPolicy(rules), 1);
        expect(policy.judge(factsOf(of))).toEqual(policy.judge(factsOf(of)));
      }),
    );
  });
});
