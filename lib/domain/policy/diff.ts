import type { PolicyDocument, PolicyRule } from './document';

export type RuleChange = Readonly<
  | { kind: 'added'; name: string; rule: PolicyRule }
  | { kind: 'removed'; name: string; rule: PolicyRule }
  | { kind: 'changed'; name: string; before: PolicyRule; after: PolicyRule; moved: boolean }
  | { kind: 'moved'; name: string; from: number; to: number }
>;

/** What one policy changes against another: rules by their names, in the order of the later one, and what else differs. */
export type PolicyDiff = Readonly<{ rules: readonly RuleChange[]; other: readonly string[] }>;

export function policyDiff(before: PolicyDocument, after: PolicyDocument): PolicyDiff {
  const was = new Map(before.rules.map((rule) => [rule.name, rule]));
  const is = new Set(after.rules.map(({ name }) => name));
  const moved = movedNames(
    before.rules.map(({ name }) => name).filter((name) => is.has(name)),
    after.rules.map(({ name }) => name).filter((name) => was.has(name)),
  );
  const rules = after.rules.flatMap((rule, index): RuleChange[] => {
    const { name } = rule;
    const old = was.get(name);
    if (old === undefined) return [{ kind: 'added', name, rule }];
    if (!same(old, rule)) return [{ kind: 'changed', name, before: old, after: rule, moved: moved.has(name) }];
    return moved.has(name) ? [{ kind: 'moved', name, from: before.rules.indexOf(old) + 1, to: index + 1 }] : [];
  });
  const removed = before.rules
    .filter(({ name }) => !is.has(name))
    .map((rule): RuleChange => ({ kind: 'removed', name: rule.name, rule }));
  return {
    rules: [...rules, ...removed],
    other: [
      ...(before.timeZone === after.timeZone ? [] : [`The time zone: ${before.timeZone} becomes ${after.timeZone}`]),
      ...(same(before.lookups, after.lookups) ? [] : ['The lookups']),
      ...(same(before.rotations, after.rotations) ? [] : ['Who is on call']),
      ...(same(before.tests, after.tests) ? [] : ['The tests']),
    ],
  };
}

// What is not on the longest run of names that kept their order has moved.
function movedNames(before: readonly string[], after: readonly string[]): ReadonlySet<string> {
  const place = new Map(before.map((name, index) => [name, index]));
  const best: { length: number; previous: number }[] = [];
  let last = -1;
  after.forEach((name, index) => {
    const here = place.get(name) ?? -1;
    let found = { length: 1, previous: -1 };
    for (let other = 0; other < index; other++) {
      const earlier = best[other];
      if (earlier && (place.get(after[other] ?? '') ?? -1) < here && earlier.length + 1 > found.length) {
        found = { length: earlier.length + 1, previous: other };
      }
    }
    best.push(found);
    if (last < 0 || found.length > (best[last]?.length ?? 0)) last = index;
  });
  const stayed = new Set<string>();
  for (let at = last; at >= 0; at = best[at]?.previous ?? -1) stayed.add(after[at] ?? '');
  return new Set(after.filter((name) => !stayed.has(name)));
}

function same(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  );
}
