import { describe, expect, test } from 'vitest';
import { builtInPolicy, builtInPolicyVersion } from '@/lib/domain/policy/built-in';
import { type CallFacts, type Judgement, policyOf } from '@/lib/domain/policy/judge';
import { type Asked, refusalOf, stricter } from '@/lib/domain/policy/stricter';
import { type Tier, tiers } from '@/lib/domain/tier';
import { aPolicy, ask, judged, letPass, monday, someFacts, stop, withArguments } from '@/tests/support/policies';

describe('what the built-in rules say', () => {
  const builtIn = policyOf(builtInPolicy, builtInPolicyVersion);
  const judge = (tool: CallFacts['tool'], fourEyes = true): Judgement => builtIn.judge(someFacts({ tool, fourEyes }));
  const tool = (tier: Tier, deadlineMinutes: number | null = null) => ({ tier, deadlineMinutes });

  test('an unknown tool is costly and waits for a person; it is never let through', () => {
    expect(judge(null)).toMatchObject({
      outcome: 'review',
      tier: 2,
      requirement: {
        approvals: 1,
        rejections: 1,
        fourEyes: true,
        groups: [],
        rule: 'Unknown tool',
        problem: null,
        policyVersion: builtInPolicyVersion,
      },
    });
  });

  test.each([
    [0, 'approve', 1],
    [1, 'review', 1],
    [2, 'review', 1],
    [3, 'review', 1],
    [4, 'review', 2],
  ] as const)('tier %i: %s, %i people', (tier, outcome, approvals) => {
    expect(judge(tool(tier))).toMatchObject({
      outcome,
      tier,
      requirement: { approvals, rejections: 1, rule: `Tier ${tier}`, problem: null },
    });
  });

  test('a tier that is none counts as costly', () => {
    expect(judge(tool(7 as Tier))).toMatchObject({ outcome: 'review', tier: 2 });
  });

  test('every judgement says why, and by which rule', () => {
    for (const subject of [null, ...tiers.map((tier) => tool(tier))]) {
      const { requirement } = judge(subject);
      expect(requirement.rule).not.toBe('');
      expect(requirement.reason).toMatch(/\.$/);
    }
  });

  test('four eyes and the deadline are as set', () => {
    expect(judge(tool(1, 30), false)).toMatchObject({ deadlineMinutes: 30, requirement: { fourEyes: false } });
  });
});

describe('the first rule that is true decides', () => {
  test('a later one is not asked', () => {
    const rules = [ask('args.amount > 200', { groups: ['finance'], tier: 3 }, 'Large'), letPass('true')];
    expect(judged(rules)).toMatchObject({
      outcome: 'review',
      tier: 3,
      requirement: { rule: 'Large', groups: ['finance'], policyVersion: 7 },
    });
    expect(judged(rules, withArguments({ amount: 20 }))).toMatchObject({ outcome: 'approve' });
  });

  test('nothing fits: people decide, as for a costly call', () => {
    const none = { outcome: 'review', tier: 2, requirement: { approvals: 1, groups: [], problem: null } };
    expect(judged([letPass('false')])).toMatchObject(none);
    expect(judged([])).toMatchObject(none);
    expect(judged([], { tool: { tier: 0, deadlineMinutes: null } })).toMatchObject(none);
  });

  test('a rule can reject, with a reason and what the agent should do', () => {
    expect(judged([stop('tool.name == "issue_refund"')])).toMatchObject({
      outcome: 'reject',
      reason: 'Not by an agent',
      next: 'stop',
      requirement: { rule: 'Stop' },
    });
  });

  test.each([
    ['the function', 'tool.name == "issue_refund" && tool.known && tool.tier == 2'],
    ['an argument', 'args.currency == "EUR" && args.amount > 249.5 && args.amount == 250'],
    ['the agent', 'agent.name == "Support"'],
    ['metadata of the run', 'run.metadata.team == "returns" && run.origin == "started"'],
    ['a missing member, asked for by has()', '!has(args.note) && !has(requester.groups)'],
    ['the hour and the day where the policy lives', 'time.hour == 13 && time.minute == 0 && time.weekday == "mon"'],
    ['the date there', 'time.date == "2026-03-02"'],
    ['the instant', 'time.at.getHours("UTC") == 12'],
    ['a pattern', 'args.order_id.like("A-*") && !args.order_id.like("B*") && "a-b-c".like("a*b*c")'],
    ['a list', '[1, 2, 3].exists(n, n == 2)'],
  ])('a rule can look at %s', (_what, when) => {
    expect(judged([letPass(when)])).toMatchObject({ outcome: 'approve', requirement: { problem: null } });
  });

  test('a rule can look at who asked, and whether that is only claimed', () => {
    const requester = {
      text: 'ada@example.com',
      person: { email: 'ada@example.com', groups: ['finance'] },
      verified: false,
    };
    expect(judged([letPass('"finance" in requester.groups')], { requester })).toMatchObject({ outcome: 'approve' });
    expect(judged([letPass('requester.verified && "finance" in requester.groups')], { requester }).outcome).toBe(
      'review',
    );
  });

  test('a rule can look at a lookup', () => {
    const lookups = { refunds: { tool: 'issue_refund', minutes: 60, sum: 'amount' } };
    const stored = aPolicy([letPass('counts.refunds + 0.0 < 1000.0')], { lookups });
    const at = (refunds: number) => policyOf(stored, 1).judge(someFacts({ counts: { refunds } })).outcome;
    expect(at(900)).toBe('approve');
    expect(at(1000)).toBe('review');
  });

  test('the hour follows the time zone through the change of summer time', () => {
    const night = [letPass('time.hour >= 22 || time.hour < 7')];
    expect(judged(night, { now: new Date('2026-07-01T19:59:00Z') }).outcome).toBe('review');
    expect(judged(night, { now: new Date('2026-07-01T20:00:00Z') }).outcome).toBe('approve');
    expect(judged(night, { now: new Date('2026-12-01T20:30:00Z') }).outcome).toBe('review');
    expect(judged(night, { now: new Date('2026-12-01T21:00:00Z') }).outcome).toBe('approve');
  });
});

describe('what cannot be evaluated asks people, as for something irreversible, and says why', () => {
  test.each([
    ['a missing argument', 'args.missing > 3', 'missing'],
    ['a wrong type', 'args.order_id > 200', 'overload'],
    ['an unknown function', 'isSafe(args)', 'isSafe'],
    ['an unknown variable', 'arg.amount < 5', 'arg'],
    ['text that is no expression', 'args.amount <', 'EOF'],
    ['a division by zero', '1 / 0 == 1', 'zero'],
    ['something that is no condition', 'tool.name', 'string'],
    ['something that comes out as no condition', 'args.amount', 'neither'],
    ['a lookup that is not declared', 'counts.refunds > 3', 'refunds'],
    ['groups of somebody unknown', '!("contractors" in requester.groups)', 'groups'],
    ['an agent that is none', 'agent.nickname == ""', 'nickname'],
    ['a regular expression', 'args.order_id.matches("(a+)+$")', 'like'],
    ['a binding', 'cel.bind(a, 1, a == 1)', 'bind'],
    ['a condition beyond all measure', Array.from({ length: 399 }, () => '1<2').join('&&'), ''],
  ])('%s', (_what, when, says) => {
    const judgement = judged([letPass(when), letPass('true', 'Everything')]);
    expect(judgement).toMatchObject({ outcome: 'review', tier: 3, requirement: { rule: 'Pass' } });
    expect(judgement.requirement.problem).toContain(says);
  });

  test('a lookup that could not be read', () => {
    const lookups = { calls: { minutes: 60 } };
    expect(policyOf(aPolicy([letPass('counts.calls < 5')], { lookups }), 1).judge(someFacts())).toMatchObject({
      outcome: 'review',
      tier: 3,
    });
  });

  test('a rule that fails still asks for at least what it would have asked for', () => {
    const rules = [ask('args.missing > 3', { tier: 4, groups: ['legal'], approvals: 3 })];
    expect(judged(rules)).toMatchObject({ tier: 4, requirement: { groups: ['legal'], approvals: 3 } });
    expect(judged([ask('args.missing > 3', { tier: 1, groups: ['legal'] })])).toMatchObject({
      tier: 3,
      requirement: { groups: ['legal'] },
    });
    expect(judged([stop('args.missing > 3')])).toMatchObject({ outcome: 'review', tier: 3 });
  });

  test('a regulated tool stays regulated when its rule fails', () => {
    const tool = { tier: 4 as const, deadlineMinutes: null };
    expect(judged([letPass('args.missing > 3')], { tool })).toMatchObject({ tier: 4, requirement: { approvals: 2 } });
  });

  test('arguments too large to be looked through within bounds', () => {
    const list = Array.from({ length: 3000 }, (_, index) => index);
    const nested = [letPass('args.list.all(x, args.list.all(y, x == y || x != y))')];
    expect(judged(nested, withArguments({ list }))).toMatchObject({ outcome: 'review', tier: 3 });
    expect(judged([letPass('args.list.all(x, x >= 0)')], withArguments({ list })).outcome).toBe('approve');
  });

  test.each([
    ['nothing', null],
    ['another format', { format: 'countersign-policy/2', timeZone: 'UTC', rules: [letPass('true')] }],
    ['a member that we do not know', aPolicy([{ ...(letPass('true') as object), unless: 'false' }])],
    ['no time zone', aPolicy([letPass('true')], { timeZone: 'Europe/Atlantis' })],
    ['two rules of one name', aPolicy([letPass('true'), letPass('true')])],
    ['an outcome that is none', aPolicy([{ name: 'x', when: 'true', outcome: { outcome: 'allow' } }])],
  ])('a stored policy that is %s', (_what, stored) => {
    const judgement = policyOf(stored, 3).judge(someFacts());
    expect(judgement).toMatchObject({ outcome: 'review', tier: 3, requirement: { policyVersion: 3 } });
    expect(judgement.requirement.problem).not.toBeNull();
  });
});

describe('what holds whatever a rule says', () => {
  test('a function that nobody described passes by no rule that does not say so', () => {
    expect(judged([letPass('true')], { tool: null })).toMatchObject({ outcome: 'review', tier: 2 });
    const evenUnknown = { name: 'All', when: 'true', outcome: { outcome: 'approve', unknownTools: 'approve' } };
    expect(judged([evenUnknown], { tool: null })).toMatchObject({ outcome: 'approve' });
    expect(judged([ask('true', { tier: 0 })], { tool: null })).toMatchObject({ outcome: 'review', tier: 2 });
  });

  test('what is regulated takes two people', () => {
    expect(judged([ask('true', { tier: 4, approvals: 1 })])).toMatchObject({ requirement: { approvals: 2 } });
  });

  test('a rule says four eyes, else the workspace does', () => {
    expect(judged([ask('true', { fourEyes: false })])).toMatchObject({ requirement: { fourEyes: false } });
    expect(judged([ask('true')], { fourEyes: false })).toMatchObject({ requirement: { fourEyes: false } });
    expect(judged([ask('true', { fourEyes: true })], { fourEyes: false })).toMatchObject({
      requirement: { fourEyes: true },
    });
  });

  test('who is told why gets plain words', () => {
    const rules = [ask('true', { tier: 3, groups: ['finance', 'legal'], approvals: 2, deadlineMinutes: 90 })];
    expect(judged(rules, { now: monday }).requirement.reason).toBe(
      'Two people of finance or legal must agree, as for tier 3 (irreversible). There is 1 h 30 min to decide.',
    );
  });
});

describe('an edit must satisfy what it asks for and what the call asked for', () => {
  const asked = (review: Readonly<Record<string, unknown>>): Asked => judged([ask('true', review)]);
  const all = tiers.flatMap((tier) => [
    asked({ tier, fourEyes: true }),
    asked({ tier, fourEyes: false, approvals: 3 }),
  ]);

  test('never less than either', () => {
    for (const one of all) {
      for (const other of all) {
        const both = stricter(one, other);
        expect(both?.tier).toBe(Math.max(one.tier, other.tier));
        expect(both?.requirement.approvals).toBe(Math.max(one.requirement.approvals, other.requirement.approvals));
        expect(both?.requirement.fourEyes).toBe(one.requirement.fourEyes || other.requirement.fourEyes);
      }
    }
  });

  test('only people of both sets of groups may decide, and where there are none nobody proposes it', () => {
    const groups = (one: string[], other: string[]) =>
      stricter(asked({ groups: one }), asked({ groups: other }))?.requirement.groups;
    expect(groups([], ['finance'])).toEqual(['finance']);
    expect(groups(['finance', 'legal'], [])).toEqual(['finance', 'legal']);
    expect(groups(['finance', 'legal'], ['legal', 'support'])).toEqual(['legal']);
    expect(groups(['finance'], ['legal'])).toBeUndefined();
  });

  test('the rule that made it stricter is the one that is shown', () => {
    const call = judged([ask('true', { tier: 2 }, 'Small')]);
    const edit = judged([ask('true', { tier: 3, groups: ['finance'] }, 'Large')]);
    expect(stricter(call, edit)?.requirement.rule).toBe('Large');
    expect(stricter(edit, call)?.requirement.rule).toBe('Large');
  });

  test('what the policy rejects cannot be proposed', () => {
    expect(refusalOf(judged([stop('true')]))).toBe('Rule “Stop” refuses this: Not by an agent');
    expect(refusalOf(judged([letPass('true')]))).toBeNull();
  });
});

describe('nothing is made easier', () => {
  test('by a rule that cannot be evaluated: it neither lifts four eyes nor gives more time', () => {
    const policy = policyOf(
      aPolicy([ask('args.amount < 100', { fourEyes: false, rejections: 3, deadlineMinutes: 600 }, 'Small')]),
      7,
    );
    const facts = someFacts({
      ...withArguments({ amount: 'x' }),
      tool: { tier: 2, deadlineMinutes: 30 },
      fourEyes: true,
    });
    const judgement = policy.judge(facts);
    expect(judgement).toMatchObject({
      outcome: 'review',
      tier: 3,
      deadlineMinutes: 30,
      requirement: { fourEyes: true, rejections: 1, problem: expect.any(String) },
    });
  });

  test('for what is regulated: two people decide it, whatever a rule lets pass', () => {
    const policy = policyOf(aPolicy([letPass('true', 'All')]), 7);
    expect(policy.judge(someFacts({ tool: { tier: 4, deadlineMinutes: null } }))).toMatchObject({
      outcome: 'review',
      tier: 4,
      requirement: { approvals: 2, rule: 'All' },
    });
  });

  test('by a new policy for whom an escalation asked: they are asked still', () => {
    const policy = policyOf(aPolicy([ask('true', { groups: ['finance'] }, 'Finance')]), 7);
    const judgement = policy.judge(someFacts({}));
    const { requirement } = judgement;
    const escalated: Asked = {
      tier: judgement.tier,
      requirement: {
        ...requirement,
        groups: ['finance', 'night'],
        handling: { ...requirement.handling, asked: ['night'] },
      },
    };
    expect(stricter(escalated, judgement)).toMatchObject({ requirement: { groups: ['finance', 'night'] } });
    const moved = policyOf(aPolicy([ask('true', { groups: ['operations'] }, 'Operations')]), 8).judge(someFacts({}));
    expect(stricter(escalated, moved)).toBeNull(); // an edit may not be decided by those alone whom the clock asked
  });
});
