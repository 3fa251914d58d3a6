import type { PolicyDocument } from './document';

/** Version of the policy that a fresh install publishes; a migration stores it, a test holds the two together. */
export const builtInPolicyVersion = 1;

/**
 * Judges a call by its tool's tier: reads pass and are logged, everything else waits for people, two of them when it is
 * regulated. A tool that nobody described is costly, never harmless.
 */
export const builtInPolicy: PolicyDocument = {
  format: 'countersign-policy/1',
  timeZone: 'UTC',
  lookups: {},
  rotations: {},
  rules: [
    {
      name: 'Unknown tool',
      description: 'Nobody has described this function yet, so it is treated as costly and one person must decide.',
      when: '!tool.known',
      outcome: asking(2, 1),
    },
    {
      name: 'Tier 0',
      description: 'It only looks something up, so it is approved without asking.',
      when: 'tool.tier == 0',
      outcome: { outcome: 'approve', unknownTools: 'review' },
    },
    {
      name: 'Tier 1',
      description: 'It can be taken back; one person must decide.',
      when: 'tool.tier == 1',
      outcome: asking(1, 1),
    },
    {
      name: 'Tier 2',
      description: 'It costs money or reaches people outside; one person must decide.',
      when: 'tool.tier == 2',
      outcome: asking(2, 1),
    },
    {
      name: 'Tier 3',
      description: 'It cannot be taken back; one person must decide, with a reason.',
      when: 'tool.tier == 3',
      outcome: asking(3, 1),
    },
    {
      name: 'Tier 4',
      description: 'It is regulated; two people must agree.',
      when: 'tool.tier == 4',
      outcome: asking(4, 2),
    },
  ],
  tests: [],
};

function asking(tier: 1 | 2 | 3 | 4, approvals: number): PolicyDocument['rules'][number]['outcome'] {
  return {
    outcome: 'review',
    tier,
    groups: [],
    approvals,
    rejections: 1,
    onTimeout: 'reject',
    escalate: [],
    hideArgumentsInSlack: false,
    blindSecondReview: false,
  };
}
