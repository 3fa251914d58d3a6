import type { DocumentProblem, PolicyDocument, PolicyTest } from './document';
import { isProblem, languageWith } from './expression';
import { type CallFacts, type Judgement, policyOf } from './judge';

/** What keeps a policy from being published: expressions that cannot be read, and tests that fail. */
export function policyProblems(document: PolicyDocument): readonly DocumentProblem[] {
  const failing = runTests(document).flatMap(({ passed, said }, index): DocumentProblem[] =>
    passed ? [] : [{ path: `tests.${index}`, message: said }],
  );
  return [...expressionProblems(document), ...failing];
}

/** The conditions that cannot be read, each with its place in the text. */
export function expressionProblems(document: PolicyDocument): readonly DocumentProblem[] {
  const language = languageWith(Object.keys(document.lookups));
  return document.rules.flatMap(({ when }, index): DocumentProblem[] => {
    const read = language.read(when);
    return isProblem(read) ? [{ path: `rules.${index}.when`, ...read }] : [];
  });
}

/** `got`: what came of it, as far as a test can expect something of it. */
export type TestResult = Readonly<{
  name: string;
  passed: boolean;
  said: string;
  got: Readonly<{
    outcome: Judgement['outcome'];
    rule: string;
    tier: Judgement['tier'];
    groups: readonly string[];
    approvals: number;
  }>;
}>;

/** Runs the test cases that a policy carries. */
export function runTests(document: PolicyDocument): readonly TestResult[] {
  const policy = policyOf(document, 0);
  return document.tests.map((test) => {
    const judgement = policy.judge(factsOf(test, document));
    const differences = differencesOf(test, judgement);
    const words = judgementWords(judgement);
    const { rule, groups, approvals } = judgement.requirement;
    const got = { outcome: judgement.outcome, rule, tier: judgement.tier, groups, approvals };
    return differences.length === 0
      ? { name: test.name, passed: true, said: words, got }
      : { name: test.name, passed: false, said: `Expected ${differences.join(', ')}; it is ${words}`, got };
  });
}

/** A judgement in a few words, for lists and diffs. */
export function judgementWords({ outcome, tier, requirement }: Judgement): string {
  const { rule, groups, approvals, problem } = requirement;
  const by = `by “${rule}”`;
  if (outcome !== 'review') return `${outcome === 'approve' ? 'approved' : 'rejected'} ${by}`;
  const whom = groups.length > 0 ? ` of ${groups.join(' or ')}` : '';
  const failed = problem === null ? '' : `: ${problem}`;
  return `reviewed on tier ${tier} by ${approvals === 1 ? 'one' : approvals}${whom} ${by}${failed}`;
}

const usualInstant = new Date('2026-03-02T12:00:00Z');

function factsOf({ call }: PolicyTest, { lookups }: PolicyDocument): CallFacts {
  const { requester, counts } = call;
  const none = Object.fromEntries(Object.keys(lookups).map((name) => [name, 0]));
  return {
    call: { name: call.tool, arguments: call.args },
    tool: call.tier === undefined ? null : { tier: call.tier, deadlineMinutes: null },
    agent: call.agent ?? null,
    run: { origin: 'started', metadata: call.metadata },
    requester: requester
      ? {
          text: requester.text,
          person: requester.groups ? { email: requester.text, groups: requester.groups } : null,
          verified: requester.verified,
        }
      : null,
    now: call.at === undefined ? usualInstant : new Date(call.at),
    counts: { ...none, ...counts },
    fourEyes: true,
  };
}

function differencesOf({ expect }: PolicyTest, { outcome, tier, requirement }: Judgement): readonly string[] {
  const sorted = (names: readonly string[]) => names.toSorted().join(', ') || 'everybody';
  return [
    ...(expect.outcome === outcome ? [] : [expect.outcome]),
    ...(expect.rule === undefined || expect.rule === requirement.rule ? [] : [`the rule “${expect.rule}”`]),
    ...(expect.tier === undefined || expect.tier === tier ? [] : [`tier ${expect.tier}`]),
    ...(expect.groups === undefined || sorted(expect.groups) === sorted(requirement.groups)
      ? []
      : [`the groups ${sorted(expect.groups)}`]),
    ...(expect.approvals === undefined || expect.approvals === requirement.approvals
      ? []
      : [`${expect.approvals} to approve`]),
  ];
}
