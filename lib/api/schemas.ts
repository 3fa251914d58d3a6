import { z } from 'zod';
import { approvalStatuses, voidReasons } from '@/lib/domain/approval';
import { auditOutcomes, auditSurfaces } from '@/lib/domain/audit-search';
import { commentSurfaces, longestComment } from '@/lib/domain/comment';
import { deadlineSources } from '@/lib/domain/deadline';
import type { Json, JsonObject } from '@/lib/domain/json';
import { resumeStatuses } from '@/lib/domain/pause';
import { continuationProfile, declaredTool, jsonObject } from '@/lib/domain/profile';
import { exportFormats } from '@/lib/domain/proof/export-lines';
import { receiptFormat } from '@/lib/domain/proof/receipt-file';
import { runOrigins, runStatuses } from '@/lib/domain/run';
import { surfaces } from '@/lib/domain/tier';

// What the API takes and answers, in its own spelling. Requests are parsed with these, answers are typed by them, and the
// OpenAPI document is made of them, so the three cannot come apart.

const anObject: z.ZodType<JsonObject, JsonObject> = jsonObject;
const instant = z.iso.datetime();
const resultValue = z
  .union([z.string().trim().min(1, 'Say what the result is.'), anObject])
  .meta({ description: 'What the model gets as the function’s output: text or a JSON object.' });
const nextStep = z.enum(['stop', 'retry_differently', 'ask']);
const reason = z.string().trim().min(1, 'Give a reason.').max(4000);

// ---- requests ----------------------------------------------------------------------------------------------------

const profileFields = {
  ...continuationProfile.shape,
  tools: z.array(declaredTool).max(128).optional(),
};
const ownProfileFields = [
  'model',
  'agent_id',
  'tools',
  'system_instruction',
  'generation_config',
  'agent_config',
  'environment',
] as const;

const aboutRun = {
  agent: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'Name or id of an agent that is set up here. It brings model, tools and instructions.' }),
  ...profileFields,
  requester: z
    .string()
    .trim()
    .min(1)
    .max(320)
    .optional()
    .meta({ description: 'Who asked for the run: free text, best an e-mail address. Default: the key’s person.' }),
  metadata: anObject.optional().meta({ description: 'Yours; kept with the run.' }),
};

// Either an agent of ours or a profile in the request, never a mixture of which nobody knows what was in force.
function oneSource(
  body: { [K in 'agent' | (typeof ownProfileFields)[number]]?: unknown },
  context: z.RefinementCtx,
): void {
  const problem = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  if (body.agent !== undefined) {
    for (const field of ownProfileFields) {
      if (body[field] !== undefined) problem(field, 'The agent brings this; leave it out, or leave out agent.');
    }
  } else if ((body.model === undefined) === (body.agent_id === undefined)) {
    problem('model', 'Give exactly one of agent, model and agent_id.');
  }
}

export const startRunBody = z
  .strictObject({
    input: z
      .union(
        [z.string().min(1), z.array(z.json()).min(1), anObject],
        'Give text, a step or content object, or a list of them.',
      )
      .meta({ description: 'What the agent is asked, in any form that Gemini takes.' }),
    ...aboutRun,
  })
  .superRefine(oneSource);

export const registerRunBody = z
  .strictObject({
    interaction_id: z
      .string()
      .trim()
      .min(1)
      .max(2000)
      .meta({ description: 'Gemini’s id of the interaction, with or without `interactions/`.' }),
    ...aboutRun,
  })
  .superRefine(oneSource);

const callHash = z
  .string()
  .min(1)
  .max(200)
  .meta({ description: 'The `call_hash` of the approval as your reviewer saw it. Another one is refused with 409.' });

export const voteBody = z.discriminatedUnion('verdict', [
  z.strictObject({
    verdict: z.literal('approve'),
    call_hash: callHash,
    arguments: anObject
      .optional()
      .meta({ description: 'Other arguments than the model’s, valid by the tool’s schema. Default: as proposed.' }),
    reason: z.string().trim().max(4000).optional().meta({ description: 'A note to the model and the record.' }),
  }),
  z.strictObject({
    verdict: z.literal('reject'),
    call_hash: callHash,
    reason,
    next: nextStep.default('stop').meta({ description: 'What the agent should do instead.' }),
  }),
  z.strictObject({
    verdict: z.literal('answer'),
    call_hash: callHash,
    result: resultValue,
    reason: z.string().trim().max(4000).optional().meta({ description: 'A note to the model and the record.' }),
  }),
]);

export const resultBody = z.strictObject({ result: resultValue });

export const extendBody = z.strictObject({
  until: z.iso.datetime({ offset: true }).meta({ description: 'The new deadline: later than the present one.' }),
  reason,
});

const personId = z.string().min(1).max(100);
export const claimBody = z.strictObject({
  person: personId.optional().meta({ description: 'Whom it is given to. Default: the key’s person takes it.' }),
  over: personId
    .optional()
    .meta({ description: 'Who is on it, as you saw it. A claim over anybody else is refused with 409.' }),
});

export const commentBody = z.strictObject({
  text: z.string().trim().min(1, 'Write something.').max(longestComment),
});

export const settleResumeBody = z.strictObject({ action: z.enum(['send_again', 'close']), reason });

// ---- answers -----------------------------------------------------------------------------------------------------

const person = z.strictObject({ id: z.string(), name: z.string() });

const decider = z.union([
  z.strictObject({ kind: z.literal('people'), voters: z.array(person) }),
  z.strictObject({ kind: z.literal('rule'), rule: z.string(), policy_version: z.int() }),
]);

const closing = { by: decider, at: instant, undo_until: instant.nullable() };

export const decision = z
  .discriminatedUnion('status', [
    z.strictObject({
      status: z.literal('approved'),
      ...closing,
      arguments: anObject,
      arguments_hash: z.string(),
      arguments_changed: z.boolean(),
      note: z.string().nullable(),
    }),
    z.strictObject({ status: z.literal('rejected'), ...closing, reason: z.string(), next: nextStep }),
    z.strictObject({
      status: z.literal('answered'),
      ...closing,
      result: z.union([z.string(), anObject]),
      note: z.string().nullable(),
    }),
    z.strictObject({ status: z.literal('expired'), at: instant }),
    z.strictObject({ status: z.literal('superseded'), at: instant, why: z.string() }),
  ])
  .meta({ description: 'The outcome, once votes, a rule or the clock settled it.' });

const voteFields = {
  id: z.string(),
  by: person,
  for: person.optional().meta({ description: 'In whose place; absent: in their own name.' }),
  at: instant,
  surface: z.enum(surfaces),
  call_hash: z.string(),
  arguments_hash: z.string(),
  voided: z.strictObject({ at: instant, why: z.enum(voidReasons) }).nullable(),
};

export const voteAnswer = z.discriminatedUnion('verdict', [
  z.strictObject({
    verdict: z.literal('approve'),
    ...voteFields,
    arguments: anObject.nullable().meta({ description: 'Null: as the model proposed.' }),
    reason: z.string().nullable(),
  }),
  z.strictObject({ verdict: z.literal('reject'), ...voteFields, reason: z.string(), next: nextStep }),
  z.strictObject({
    verdict: z.literal('answer'),
    ...voteFields,
    result: z.union([z.string(), anObject]),
    reason: z.string().nullable(),
  }),
]);

export const claimAnswer = z.strictObject({
  approval_id: z.string(),
  claim: z
    .strictObject({ person, given_by: person.nullable(), at: instant, lapses_at: instant })
    .nullable()
    .meta({ description: 'Who is on it. Others may decide all the same.' }),
});

export const commentPage = z.strictObject({
  data: z.array(
    z.strictObject({
      id: z.string(),
      by: person,
      at: instant,
      surface: z.enum(commentSurfaces),
      text: z.string().nullable().meta({ description: 'Null: deleted.' }),
      edited_at: instant.nullable(),
    }),
  ),
});

export const resume = z.strictObject({ status: z.enum(resumeStatuses), message: z.string().optional() });

const agentLink = z.strictObject({ id: z.string(), name: z.string() }).nullable();

export const approvalAnswer = z.strictObject({
  id: z.string(),
  status: z.enum(approvalStatuses),
  version: z.int(),
  call_hash: z
    .string()
    .meta({ description: 'Hex SHA-256 over the RFC 8785 canonical JSON of {interaction, call_id, name, arguments}.' }),
  call: z.strictObject({ id: z.string(), name: z.string(), arguments: anObject }),
  effect: z.string().meta({ description: 'What the call will do, in a sentence of ours.' }),
  tier: z.int().min(0).max(4),
  deadline: instant,
  deadline_source: z.enum(deadlineSources).meta({ description: 'What sets the deadline.' }),
  extension: z
    .strictObject({ by: person, at: instant, from: instant, reason: z.string() })
    .optional()
    .meta({ description: 'Who gave more time last; `from` is the deadline before.' }),
  rule: z.strictObject({
    name: z.string(),
    reason: z.string(),
    policy_version: z.int(),
    approvals: z.int(),
    rejections: z.int(),
    four_eyes: z.boolean(),
    groups: z.array(z.string()).meta({ description: 'Whose members may vote; empty: everybody who may vote at all.' }),
    problem: z.string().nullable().meta({ description: 'Why the rule could not be evaluated; null: it could.' }),
    on_timeout: z.enum(['reject', 'escalate', 'keep_open']),
  }),
  fulfilment: z.enum(['answer', 'manual']),
  votes: z.array(voteAnswer),
  decision: decision.optional(),
  outcome: z
    .strictObject({ by: person, at: instant, result: z.union([z.string(), anObject]) })
    .optional()
    .meta({ description: 'What came of a call that a person carried out.' }),
  run_id: z.string(),
  interaction_id: z.string(),
  agent: agentLink,
  requester: z.string().nullable(),
  resume,
  created_at: instant,
});

export const interactionAnswer = z.strictObject({
  id: z.string(),
  previous_id: z.string().nullable(),
  status: z.string().meta({ description: 'Gemini’s own, as last read.' }),
  output_text: z.string().nullable(),
  resume: resume.nullable().meta({ description: 'Of the pause here; null: it never paused.' }),
  created_at: instant.nullable(),
});

const runFields = {
  id: z.string(),
  status: z.enum(runStatuses),
  message: z.string().nullable().meta({ description: 'Why the status is what it is.' }),
  origin: z.enum(runOrigins),
  title: z.string(),
  agent: agentLink,
  requester: z.string().nullable(),
  metadata: anObject,
  interaction_id: z.string().nullable().meta({ description: 'The first interaction of the run.' }),
  created_at: instant,
  ended_at: instant.nullable(),
};

export const runSummary = z.strictObject(runFields);
export const runAnswer = z.strictObject({
  ...runFields,
  interactions: z.array(interactionAnswer),
  approvals: z.array(approvalAnswer),
});

export const startedRun = z.strictObject({
  id: z.string(),
  interaction_id: z
    .string()
    .nullable()
    .meta({ description: 'Null while it is unclear whether Gemini started the run.' }),
  status: z.enum(runStatuses),
});

export const settledResume = z.strictObject({ run_id: z.string(), interaction_id: z.string(), resume });

export const auditEntry = z.strictObject({
  id: z.string(),
  sequence: z.string().regex(/^\d+$/),
  occurred_at: instant,
  action: z.string(),
  sentence: z
    .string()
    .meta({ description: 'What the actor did, as the end of a sentence that begins with the actor’s name.' }),
  actor: z.strictObject({ type: z.string(), id: z.string(), name: z.string() }),
  targets: z.array(z.strictObject({ type: z.string(), id: z.string(), name: z.string().optional() })),
  context: anObject,
  facts: anObject,
  version: z.int(),
  run_id: z.string().nullable(),
  approval_id: z.string().nullable(),
  erased: z
    .boolean()
    .meta({ description: 'Something that the entry said of somebody was erased; “erased” stands in its place.' }),
  agent: agentLink.meta({ description: 'The agent of the run.' }),
  tool: z.string().nullable().meta({ description: 'The function of the approval.' }),
});

const page = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    data: z.array(item),
    next_cursor: z
      .string()
      .nullable()
      .meta({ description: 'Give it as `cursor` for the next page; null: there is none.' }),
  });

export const approvalPage = page(approvalAnswer);
export const runPage = page(runSummary);
export const auditPage = page(auditEntry);

/** RFC 9457, with the members that some problems carry beside the five of the standard. */
export const problemDocument = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  errors: z
    .array(z.strictObject({ path: z.string(), message: z.string() }))
    .optional()
    .meta({ description: 'For 422: where (a JSON Pointer) and what.' }),
  reason: z.string().optional().meta({ description: 'A word for programs, where one status has several causes.' }),
  decision: decision.optional().meta({ description: 'For 409: who decided what, and when.' }),
});

// ---- query parameters --------------------------------------------------------------------------------------------

const paging = {
  limit: z.coerce.number({ error: 'Expected a whole number from 1 to 200.' }).int().min(1).max(200).default(50),
  cursor: z
    .string()
    .max(500)
    .optional()
    .meta({ description: 'The `next_cursor` of the page before; empty or absent: the first page.' }),
};

export const approvalsQuery = z.strictObject({
  status: z.enum(approvalStatuses).optional(),
  run: z.string().max(100).optional().meta({ description: 'Id of a run.' }),
  ...paging,
});
export const runsQuery = z.strictObject({ status: z.enum(runStatuses).optional(), ...paging });

const auditFilters = {
  action: z.string().max(100).optional().meta({ description: 'One action, such as `vote.cast`.' }),
  q: z.string().max(200).optional().meta({
    description: 'Words, or beginnings of them, that an entry holds: names, functions, reasons, ids, hashes.',
  }),
  actor: z.string().max(320).optional().meta({ description: 'Id or e-mail address of a person, or id of a key.' }),
  target: z.string().max(500).optional().meta({ description: 'Id of anything that an entry is about.' }),
  agent: z.string().max(100).optional().meta({ description: 'Id of the agent of the run.' }),
  tool: z.string().max(300).optional().meta({ description: 'Name of the function that was called.' }),
  outcome: z.enum(auditOutcomes).optional(),
  surface: z.enum(auditSurfaces).optional().meta({ description: 'Where it was done.' }),
  run: z.string().max(100).optional().meta({ description: 'Id of a run.' }),
  approval: z.string().max(100).optional().meta({ description: 'Id of an approval.' }),
  from: z.iso.datetime({ offset: true }).optional().meta({ description: 'Not before this instant.' }),
  to: z.iso.datetime({ offset: true }).optional().meta({ description: 'Before this instant.' }),
};
export const auditQuery = z.strictObject({ ...auditFilters, ...paging });
export const auditExportQuery = z.strictObject({
  ...auditFilters,
  format: z.enum(exportFormats).default('jsonl').meta({
    description: 'JSON Lines, CSV, or events of OCSF 1.5 (API Activity, class 6003), one a line.',
  }),
  cursor: z.string().max(8000).optional().meta({
    description:
      'The last `cursor` of a file that broke off: the answer goes on after its line, with the filters of that export.',
  }),
});

/** See lib/domain/proof/receipt-file.ts, which writes and reads it. */
export const receiptFile = z.object({
  format: z.literal(receiptFormat),
  receipt: z.string().meta({ description: 'Compact JWS (ES256): the decision, by hashes, ids and times.' }),
  entry: z
    .object({ leaf: z.string() })
    .meta({ description: 'The entry of the history that holds the receipt’s SHA-256.' }),
  proof: z.object({ leaf_index: z.int(), tree_size: z.int(), path: z.array(z.string()) }).meta({
    description: 'The inclusion proof of the entry by RFC 9162, from the leaf up.',
  }),
  checkpoint: z.string().meta({ description: 'Compact JWS (ES256): size and root of the log.' }),
});

export type ApprovalAnswer = z.input<typeof approvalAnswer>;
export type RunAnswer = z.input<typeof runAnswer>;
export type RunSummary = z.input<typeof runSummary>;
export type DecisionAnswer = z.input<typeof decision>;
export type VoteAnswer = z.input<typeof voteAnswer>;
export type StartedRunAnswer = z.input<typeof startedRun>;
export type JsonValue = Json;
