import { z } from 'zod';
import { nextSteps, onTimeouts } from '../handling';
import { jsonObject } from '../profile';
import { reminderForm } from '../reminder';
import { isTier, type Tier } from '../tier';
import { isTimeZone } from '../time-zone';

const name = z.string().trim().min(1).max(80);
const groupName = z.string().trim().min(1).max(60);
const channel = z.string().regex(/^(?:[TE][A-Z0-9]+\/)?[CG][A-Z0-9]+$/, 'A Slack channel is C… or T…/C…');
const zone = z.string().refine(isTimeZone, 'This is no time zone of the IANA database, such as Europe/Berlin');
const sentence = z.string().trim().max(400);
const minutes = z
  .number()
  .int()
  .min(1)
  .max(55 * 24 * 60); // no longer than Gemini keeps an interaction
const tier = z.number().refine((value): value is Tier => isTier(value), 'A tier is 0, 1, 2, 3 or 4');

/** Whom a step of the escalation asks, and how long after the request was opened. */
const escalationStep = z
  .strictObject({
    afterMinutes: minutes,
    groups: z.array(groupName).max(20).default([]),
    people: z.array(z.email()).max(20).default([]),
    rotation: name.optional(), // whoever is on call then
    slackChannel: channel.optional(),
  })
  .refine(
    (step) => step.groups.length > 0 || step.people.length > 0 || step.rotation || step.slackChannel,
    'An escalation needs a group, a person, a rotation or a channel',
  );

const reminder = z
  .string()
  .regex(reminderForm, 'A reminder is a share of the time, 50%, or before its end: 15 min, 2 h, 1 d');

const review = z.strictObject({
  outcome: z.literal('review'),
  tier: tier.optional(), // absent: the tool's own
  groups: z.array(groupName).max(20).default([]), // empty: everybody who may vote
  approvals: z.number().int().min(1).max(10).optional(), // absent: one, or two on tier 4
  rejections: z.number().int().min(1).max(10).default(1),
  fourEyes: z.boolean().optional(), // absent: as the workspace says
  deadlineMinutes: minutes.optional(), // absent: the tool's own
  onTimeout: z.enum(onTimeouts).default('reject'),
  escalate: z.array(escalationStep).max(8).default([]),
  remind: z.array(reminder).max(5).optional(), // absent: halfway and 15 min before the end; empty: never
  slackChannel: channel.optional(),
  hideArgumentsInSlack: z.boolean().default(false),
  blindSecondReview: z.boolean().default(false),
});

const approve = z.strictObject({
  outcome: z.literal('approve'),
  /** A function that nobody described is not approved by a rule that does not say so. */
  unknownTools: z.enum(['review', 'approve']).default('review'),
});

const reject = z.strictObject({
  outcome: z.literal('reject'),
  reason: z.string().trim().min(1).max(400),
  next: z.enum(nextSteps).default('stop'),
});

const rule = z.strictObject({
  name,
  description: sentence.default(''), // said to people in place of the words that we make of the outcome
  when: z.string().trim().min(1).max(2000), // CEL; see expression.ts
  outcome: z.discriminatedUnion('outcome', [approve, reject, review]),
});

const lookupName = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'A lookup’s name is lower-case letters, digits and _');

/** A number about earlier calls, read when a call is judged. The call itself is not in it. */
const lookup = z.strictObject({
  tool: z.string().min(1).max(128).default('same'), // same: the function that is called
  minutes: minutes.max(7 * 24 * 60),
  of: z.enum(['asked', 'allowed']).default('asked'), // allowed: approved, or still waiting
  within: z.enum(['everything', 'agent', 'run', 'requester']).default('everything'),
  sum: z.string().min(1).max(128).optional(), // an argument, to add up; absent: calls are counted
});

/** Who is on call: the people of the list in turn, a shift each, from the instant it begins. */
const rotation = z.strictObject({
  people: z.array(z.email()).min(1).max(50),
  from: z.iso.datetime({ offset: true }),
  shiftHours: z
    .number()
    .int()
    .min(1)
    .max(24 * 28),
  /** Shifts begin at the same time of the day there, summer and winter; absent: their hours are counted. */
  timeZone: zone.optional(),
});

const testCase = z.strictObject({
  name,
  call: z.strictObject({
    tool: z.string().min(1).max(128),
    args: jsonObject.default({}),
    tier: tier.optional(), // absent: a function that nobody described
    agent: z.string().max(128).optional(),
    metadata: jsonObject.default({}),
    requester: z
      .strictObject({
        text: z.string().max(200),
        verified: z.boolean().default(false),
        groups: z.array(groupName).optional(),
      })
      .optional(),
    at: z.iso.datetime({ offset: true }).optional(), // absent: Monday 2 March 2026, noon UTC
    counts: z.record(lookupName, z.number()).default({}),
  }),
  expect: z.strictObject({
    outcome: z.enum(['approve', 'reject', 'review']),
    rule: name.optional(),
    tier: tier.optional(),
    groups: z.array(groupName).optional(),
    approvals: z.number().int().optional(),
  }),
});

/** A policy as it is stored, versioned as a whole. The first rule whose `when` is true decides. */
export const policyDocument = z
  .strictObject({
    format: z.literal('countersign-policy/1'),
    timeZone: zone,
    lookups: z.record(lookupName, lookup).default({}),
    rotations: z.record(name, rotation).default({}),
    rules: z.array(rule).max(200),
    tests: z.array(testCase).max(200).default([]),
  })
  .superRefine(({ rules, lookups, rotations }, context) => {
    const names = new Set<string>();
    for (const [index, { name: given, outcome }] of rules.entries()) {
      if (names.has(given)) {
        context.addIssue({ code: 'custom', path: ['rules', index, 'name'], message: 'Two rules have this name' });
      }
      names.add(given);
      for (const [step, { rotation: called }] of (outcome.outcome === 'review' ? outcome.escalate : []).entries()) {
        if (called !== undefined && !Object.hasOwn(rotations, called)) {
          const path = ['rules', index, 'outcome', 'escalate', step, 'rotation'];
          context.addIssue({ code: 'custom', path, message: 'There is no rotation of this name' });
        }
      }
    }
    if (Object.keys(lookups).length > 20) {
      context.addIssue({ code: 'custom', path: ['lookups'], message: 'At most 20 lookups' });
    }
  });

export type PolicyDocument = Readonly<z.output<typeof policyDocument>>;
export type PolicyRule = PolicyDocument['rules'][number];
export type RuleOutcome = PolicyRule['outcome'];
export type ReviewOutcome = Extract<RuleOutcome, { outcome: 'review' }>;
export type Lookup = PolicyDocument['lookups'][string];
export type Rotation = PolicyDocument['rotations'][string];
export type PolicyTest = PolicyDocument['tests'][number];

/** What is wrong with a document: where, as a path, and what; of an expression also where in its text. */
export type DocumentProblem = Readonly<{ path: string; message: string; from?: number; to?: number }>;

export type ParsedPolicy = { ok: true; document: PolicyDocument } | { ok: false; problems: readonly DocumentProblem[] };

/** Reads a policy from anything. Expressions are not looked at here: a rule that cannot be evaluated is still a rule. */
export function parsePolicy(value: unknown): ParsedPolicy {
  const parsed = policyDocument.safeParse(value);
  if (parsed.success) return { ok: true, document: parsed.data };
  return {
    ok: false,
    problems: parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message })),
  };
}
