import { expect, test } from 'vitest';
import { suggestionsAt } from '@/components/admin/policies/suggestions';
import { demoPolicyText } from '@/lib/cli/demo-policy';
import { policyProblems, runTests } from '@/lib/domain/policy/check';
import { policyFromYaml } from '@/lib/domain/policy/yaml';

test('the demo’s policy has ten rules at least, and passes every test that it carries', () => {
  const read = policyFromYaml(demoPolicyText());
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  expect(read.document.rules.length).toBeGreaterThanOrEqual(10);
  expect(runTests(read.document).filter(({ passed }) => !passed)).toEqual([]);
  expect(policyProblems(read.document)).toEqual([]);
});

const names = {
  tools: [
    { name: 'issue_refund', tier: 2, args: ['amount', 'order_id'] },
    { name: 'send_email', tier: null, args: ['to'] },
  ],
  groups: ['finance'],
  agents: ['desk'],
  lookups: ['refunds'],
  rotations: {},
  people: [],
  channels: [],
};
const offered = (text: string, at = text.length) => suggestionsAt(text, at, names)?.options.map(({ label }) => label);

test.each([
  ['to', ['tool', 'args', 'agent', 'run', 'requester', 'time', 'counts', 'has', 'size']],
  ['tool.', ['name', 'known', 'tier']],
  ['tool.name == "', ['issue_refund', 'send_email']],
  ['tool.name in ["send_email", "is', ['issue_refund', 'send_email']],
  ['args.', ['amount', 'order_id', 'to']],
  ['tool.name == "send_email" && args.', ['to']],
  ['counts.re', ['refunds']],
  ['agent.name == "', ['desk']],
  ['"fin', ['finance']],
  ['args.order_id.', ['startsWith', 'endsWith', 'contains', 'like', 'exists', 'all']],
])('after %s the editor offers what can follow', (text, labels) => {
  expect(offered(text)).toEqual(labels);
});
