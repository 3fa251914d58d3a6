import { createHash } from 'node:crypto';
import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import { type Approval, decideByRule, supersede } from '@/lib/domain/approval';
import { system } from '@/lib/domain/audit';
import { argumentsHash, callHash } from '@/lib/domain/call-hash';
import { deadlineFor } from '@/lib/domain/deadline';
import { effectSentence } from '@/lib/domain/effect';
import { holdOn, judgedUnder } from '@/lib/domain/hold';
import { hasEnded, type Interaction, outputText, pendingCalls } from '@/lib/domain/interaction';
import { mask } from '@/lib/domain/masking';
import { nextPause, type Pause } from '@/lib/domain/pause';
import type { Judgement } from '@/lib/domain/policy/judge';
import { type ContinuationProfile, continuationProfile, schemaOf } from '@/lib/domain/profile';
import { nextRead, runHasEnded, runStatus } from '@/lib/domain/run';
import type { ToolSettings } from '@/lib/domain/tool';
import { holdsForActing } from '@/lib/holds/store';
import { newId } from '@/lib/ids';
import { callFacts, runFactColumns, runFacts } from '@/lib/policies/facts';
import { lockCounts } from '@/lib/policies/lookups-store';
import { policiesInForce } from '@/lib/policies/published-store';
import { keepShadow } from '@/lib/policies/shadow';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';
import { workspaceSettings } from '@/lib/settings/settings';
import { toolSettings } from '@/lib/tools/store';
import { announceApproval, announceRun } from './announce';
import { queueEscalation } from './escalate';
import { queueSettlement } from './queue-settlement';
import { queueReminder } from './remind';
import { readPause, saveApproval, savePause, toJson, toPause, toResumeStatus } from './store';

/**
 * Brings what is stored of an interaction to what Gemini says now: opens a pause with one approval a pending call, links
 * a child to the pause it continues, closes what is no longer needed. The interaction is the truth and may be read
 * twice, late and out of order: the same reading again changes nothing. The caller has locked the run.
 */
export async function recordInteraction(
  services: Pick<Services, 'env' | 'now'>,
  tx: Transaction,
  runId: string,
  interaction: Interaction,
): Promise<void> {
  const now = services.now();
  const known = await tx.interaction.findUnique({ where: { id: interaction.id }, include: { pause: true } });
  if (known && known.runId !== runId) throw new Error(`Interaction ${interaction.id} belongs to run ${known.runId}`);
  // A reading may overtake a later one on its way here; what has ended stays ended.
  const overtaken = known !== null && isOlder(interaction, known);
  if (!overtaken) await storeInteraction(tx, runId, interaction, now);

  const link = interaction.previousId ? await linkChild(tx, now, interaction.previousId, interaction.id) : 'chain';

  if (!overtaken && interaction.status === 'requires_action' && !known?.pause && link === 'chain') {
    await openPause(services, tx, runId, interaction);
  }
  if (known?.pause && hasEnded(interaction.status)) {
    await closePause(
      tx,
      now,
      toPause(known.pause),
      `The interaction ended as ${interaction.status} before it was resumed.`,
    );
  }
  await refreshRun(services, tx, runId);
}

/** Tells readings apart: the same content has the same hash, and one that was recorded has nothing more to say. */
export function readingHash(interaction: Interaction): string {
  return createHash('sha256').update(JSON.stringify(interaction)).digest('hex');
}

/** Brings the run's own status and next reading to what its newest interaction says. The caller has locked the run. */
export async function refreshRun(
  services: Pick<Services, 'env' | 'now'>,
  tx: Transaction,
  runId: string,
): Promise<void> {
  const now = services.now();
  const run = await tx.run.findUniqueOrThrow({ where: { id: runId } });
  const newest = await tx.interaction.findFirst({
    where: { runId },
    orderBy: [{ position: 'desc' }, { firstSeenAt: 'asc' }], // of two branches the first is the run
    include: { pause: { select: { resumeStatus: true, message: true, childId: true } } },
  });
  if (!newest) return;
  const resume = newest.pause ? toResumeStatus(newest.pause.resumeStatus) : null;
  const status = runStatus(newest, resume);
  const ended = runHasEnded(status);
  const said = newest.pause?.message ?? errorsIn(newest.errors) ?? unanswerable(newest.status, newest.pause === null);
  const message = run.origin === 'foreign' ? run.message : said;
  await tx.run.update({
    where: { id: runId },
    data: {
      status,
      message,
      endedAt: ended ? (run.endedAt ?? now) : null,
      nextReadAt: ended
        ? null
        : nextRead({
            now,
            since: newest.firstSeenAt,
            shortestMs: services.env.reconcileSeconds * 1000,
            jitter: Math.random(),
          }),
    },
  });
  if (ended && run.endedAt === null) {
    await appendAudit(tx, now, {
      action: 'run.ended',
      actor: system,
      targets: [{ type: 'run', id: runId }],
      context: { surface: 'worker' },
      facts: { status },
      runId,
    });
  }
  await announceRun(tx, runId);
}

/** Closes a pause that nobody can or need resume any more, with its pending approvals. The caller has locked the run. */
export async function closePause(tx: Transaction, now: Date, pause: Pause, why: string): Promise<void> {
  const closed = nextPause(pause, { type: 'ended_elsewhere', message: why });
  if (closed && (await savePause(tx, pause, closed, now))) await supersedePending(tx, now, pause.id, why);
}

/** Closes the approvals of a pause that still wait. The caller has locked the run. */
export async function supersedePending(tx: Transaction, now: Date, pauseId: string, why: string): Promise<void> {
  const found = await readPause(tx, pauseId);
  for (const approval of found?.approvals ?? []) {
    const after = supersede(approval, why, now);
    if (after === null) continue;
    await saveApproval(tx, approval, after);
    await appendAudit(tx, now, {
      action: 'approval.superseded',
      actor: system,
      targets: [{ type: 'approval', id: approval.id, name: approval.call.name }],
      context: { surface: 'worker' },
      facts: { tool: approval.call.name, why },
      runId: approval.runId,
      approvalId: approval.id,
    });
    await announceApproval(tx, approval);
  }
}

async function storeInteraction(tx: Transaction, runId: string, interaction: Interaction, now: Date): Promise<void> {
  const read = {
    status: interaction.status,
    steps: toJson(interaction.steps),
    outputText: outputText(interaction.steps),
    errors: toJson(interaction.errors),
    lastReadAt: now,
    missingSince: null,
    readingHash: readingHash(interaction),
    // Fields that a first answer may lack must not erase what a later one said.
    ...(interaction.previousId ? { previousId: interaction.previousId } : {}),
    ...(interaction.environmentId ? { environmentId: interaction.environmentId } : {}),
    ...(interaction.usage ? { usage: toJson(interaction.usage) } : {}),
    ...(interaction.created ? { created: interaction.created } : {}),
    ...(interaction.updated ? { updated: interaction.updated } : {}),
  };
  await tx.interaction.upsert({
    where: { id: interaction.id },
    update: read,
    create: {
      id: interaction.id,
      runId,
      position: await positionAfter(tx, runId, interaction.previousId),
      firstSeenAt: now,
      ...read,
    },
  });
}

async function positionAfter(tx: Transaction, runId: string, previousId: string | null): Promise<number> {
  if (previousId === null) return 0;
  const parent = await tx.interaction.findUnique({ where: { id: previousId }, select: { position: true } });
  return parent ? parent.position + 1 : tx.interaction.count({ where: { runId } });
}

function isOlder(
  reading: Interaction,
  stored: { status: string; updated: Date | null; lastReadAt: Date | null },
): boolean {
  if (stored.lastReadAt === null) return false;
  if (reading.updated && stored.updated && reading.updated < stored.updated) return true;
  // Nothing leaves an end, and nothing goes back from a pause to work: a child does the work.
  const rank = (status: string): number => (hasEnded(status) ? 2 : status === 'requires_action' ? 1 : 0);
  return rank(reading.status) < rank(stored.status);
}

// A second branch is flagged and shown; nobody may resume it.
async function linkChild(
  tx: Transaction,
  now: Date,
  parentId: string,
  childId: string,
): Promise<'chain' | 'second_branch'> {
  const row = await tx.pause.findUnique({ where: { interactionId: parentId } });
  if (!row) return 'chain';
  const pause = toPause(row);
  if (pause.childId === childId) return 'chain';
  if (row.extraChildren.includes(childId)) return 'second_branch';
  const base = {
    actor: system,
    targets: [{ type: 'interaction' as const, id: parentId }],
    context: { surface: 'worker' as const },
    runId: pause.runId,
  };
  const open = { pauseId: pause.id, OR: [{ outcome: null }, { outcome: 'unclear' }] };
  const ours = (await tx.resumeAttempt.count({ where: open })) > 0;
  const seen = nextPause(pause, { type: 'child_seen', childId, ours });
  if (seen === null) {
    await tx.pause.update({ where: { id: pause.id }, data: { extraChildren: { push: childId } } });
    await appendAudit(tx, now, {
      ...base,
      action: 'resume.second_branch',
      facts: { first: pause.childId ?? 'none', second: childId },
    });
    return 'second_branch';
  }
  await savePause(tx, pause, seen, now);
  if (seen.resume === 'resumed') {
    await tx.resumeAttempt.updateMany({
      where: { pauseId: pause.id, childId: null, outcome: 'unclear' },
      data: { childId },
    });
    await tx.resumeAttempt.updateMany({
      where: { pauseId: pause.id, outcome: null },
      data: { childId, outcome: 'resumed', finishedAt: now },
    });
    await appendAudit(tx, now, {
      ...base,
      action: 'resume.confirmed',
      facts: { attempt: null, child: childId, how: pause.resume === 'unclear' ? 'healed' : 'adopted' },
    });
  } else {
    await appendAudit(tx, now, { ...base, action: 'resume.elsewhere', facts: { child: childId } });
    await supersedePending(tx, now, pause.id, 'Another program resumed this interaction.');
  }
  return 'chain';
}

async function openPause(
  services: Pick<Services, 'env' | 'now'>,
  tx: Transaction,
  runId: string,
  interaction: Interaction,
): Promise<void> {
  const calls = pendingCalls(interaction);
  if (calls.length === 0) return; // nothing to decide: the page shows the raw steps and asks a person
  // Its child was heard of first: somebody has answered these calls already.
  if ((await tx.interaction.count({ where: { previousId: interaction.id } })) > 0) return;
  const now = services.now();
  const run = await tx.run.findUniqueOrThrow({
    where: { id: runId },
    select: { ...runFactColumns, profile: true, deadline: true },
  });
  if (run.profile === null) return; // a foreign run: shown, never resumed by us
  const profile = continuationProfile.parse(run.profile);
  const settings = await workspaceSettings(tx);
  const holds = await holdsForActing(tx);
  const names = calls.map((call) => call.name);
  const tools = await toolSettings(tx, names);
  const policies = await policiesInForce(tx);
  await lockCounts(tx, policies.published.document?.lookups ?? {}, names);
  const common = await runFacts(tx, run, { fourEyes: settings.fourEyes, now });

  const pause = await tx.pause.create({
    data: { id: newId('pau', now), runId, interactionId: interaction.id, openedAt: now },
  });
  await appendAudit(tx, now, {
    action: 'pause.opened',
    actor: system,
    targets: [{ type: 'interaction', id: interaction.id }],
    context: { surface: 'worker' },
    facts: { calls: calls.length },
    runId,
  });
  for (const [position, call] of calls.entries()) {
    const tool = tools.get(call.name) ?? null;
    const facts = await callFacts(tx, common, call, tool, policies);
    const stopped = holdOn(holds, { agentId: run.agentId, tools: [call.name] });
    const judgement = judgedUnder(stopped, policies.published.judge(facts.published));
    await openApproval(tx, {
      now,
      run,
      profile,
      retentionHours: settings.retentionHours,
      pauseId: pause.id,
      interaction,
      position,
      call,
      tool,
      judgement,
      shadow: policies.shadow && { version: policies.shadow.version, judgement: policies.shadow.judge(facts.shadow) },
    });
  }
  await queueSettlement(tx, now, pause.id); // rules may have decided them all
}

async function openApproval(
  tx: Transaction,
  input: {
    now: Date;
    run: {
      id: string;
      requester: string | null;
      requesterUserId: string | null;
      starterUserId: string | null;
      deadline: Date | null;
    };
    profile: ContinuationProfile;
    retentionHours: number;
    pauseId: string;
    interaction: Interaction;
    position: number;
    call: Approval['call'];
    tool: ToolSettings | null;
    judgement: Judgement;
    shadow: { version: number; judgement: Judgement } | null;
  },
): Promise<void> {
  const { now, run, profile, retentionHours, pauseId, interaction, position, call, tool, judgement, shadow } = input;
  const deadline = deadlineFor({
    openedAt: now,
    created: interaction.created ?? now,
    retentionHours,
    ruleMinutes: judgement.deadlineMinutes,
    runDeadline: run.deadline,
  });
  const pending: Approval = {
    id: newId('apr', now),
    pauseId,
    runId: run.id,
    interactionId: interaction.id,
    call,
    callHash: callHash({ interaction: interaction.id, callId: call.id, name: call.name, arguments: call.arguments }),
    schema: schemaOf(profile, call.name),
    tier: judgement.tier,
    // The sentence stands in lists and in Slack: what is masked on the page is masked there too.
    effect: effectSentence(
      { name: call.name, arguments: mask(call.arguments, tool?.maskedFields ?? []) },
      tool?.effectTemplate ?? '',
    ),
    requirement: judgement.requirement,
    requester: run.requester === null ? null : { text: run.requester, userId: run.requesterUserId },
    starterId: run.starterUserId,
    fulfilment: tool?.fulfilment ?? 'answer',
    deadline: deadline.at,
    createdAt: now,
    version: 1,
    votes: [],
    state: { status: 'pending' },
    outcome: null,
  };
  await tx.approval.create({
    data: {
      id: pending.id,
      pauseId,
      runId: run.id,
      interactionId: interaction.id,
      position,
      callId: call.id,
      name: call.name,
      arguments: toJson(call.arguments),
      callHash: pending.callHash,
      ...(pending.schema ? { schema: toJson(pending.schema) } : {}),
      tier: pending.tier,
      effect: pending.effect,
      rule: pending.requirement.rule,
      ruleReason: pending.requirement.reason,
      ruleProblem: pending.requirement.problem,
      policyVersion: pending.requirement.policyVersion,
      eligibleGroups: [...pending.requirement.groups],
      handling: toJson(pending.requirement.handling),
      approvalsNeeded: pending.requirement.approvals,
      rejectionsNeeded: pending.requirement.rejections,
      fourEyes: pending.requirement.fourEyes,
      fulfilment: pending.fulfilment,
      maskedFields: [...(tool?.maskedFields ?? [])],
      riskFields: [...(tool?.riskFields ?? [])],
      hideArgumentsInSlack: (tool?.hideArgumentsInSlack ?? false) || pending.requirement.handling.hideArgumentsInSlack,
      deadline: deadline.at,
      deadlineSource: deadline.source,
      onTimeout: pending.requirement.onTimeout,
      status: 'pending',
      createdAt: now,
    },
  });
  const about = {
    targets: [{ type: 'approval' as const, id: pending.id, name: call.name }],
    context: { surface: 'worker' as const },
    runId: run.id,
    approvalId: pending.id,
  };
  const { rule, policyVersion } = pending.requirement;
  await appendAudit(tx, now, {
    ...about,
    action: 'approval.opened',
    actor: system,
    facts: { tool: call.name, tier: pending.tier, callHash: pending.callHash, rule, policyVersion },
  });
  if (shadow !== null) await keepShadow(tx, { ...shadow, approvalId: pending.id, enforced: judgement, now });
  if (pending.requirement.problem !== null) {
    await appendAudit(tx, now, {
      ...about,
      action: 'rule.failed',
      actor: system,
      facts: { tool: call.name, rule, policyVersion, problem: pending.requirement.problem.slice(0, 500) },
    });
  }
  await announceApproval(tx, pending);
  if (judgement.outcome === 'review') {
    await enqueue(
      tx,
      'approval.expire',
      { approvalId: pending.id },
      { key: `expire:${pending.id}`, runAt: deadline.at },
    );
    await queueEscalation(tx, pending);
    await queueReminder(tx, pending);
    return;
  }
  const decided = decideByRule(pending, judgement, now);
  await saveApproval(tx, pending, decided);
  await appendAudit(tx, now, {
    ...about,
    action: 'approval.decided',
    actor: { type: 'rule', id: `${policyVersion}:${rule}`, name: `Rule “${rule}”` },
    facts: {
      status: decided.state.status,
      tool: call.name,
      callHash: pending.callHash,
      argumentsHash: argumentsHash(call.arguments),
      rule,
      policyVersion,
    },
  });
}

function errorsIn(errors: unknown): string | null {
  if (!Array.isArray(errors)) return null;
  const texts = errors.flatMap((error: unknown) =>
    typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string'
      ? [error.message]
      : [],
  );
  return texts.length > 0 ? texts.join(' ') : null;
}

function unanswerable(status: string, withoutPause: boolean): string | null {
  return status === 'requires_action' && withoutPause
    ? 'The agent waits, but for nothing that can be decided here. Its last steps show what for.'
    : null;
}
