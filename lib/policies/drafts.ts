import { toJson } from '@/lib/approvals/store';
import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { AuditContext } from '@/lib/domain/audit';
import { policyProblems } from '@/lib/domain/policy/check';
import { type DocumentProblem, type PolicyDocument, parsePolicy } from '@/lib/domain/policy/document';
import { notifyLive } from '@/lib/live/notify';
import { actorOf, type By, demand } from '@/lib/people/people';
import { enqueue } from '@/lib/queue/enqueue';
import type { Services } from '@/lib/services';
import { workspaceSettings } from '@/lib/settings/settings';
import { lockPolicies } from './published-store';

type PolicyServices = Pick<Services, 'db' | 'now'>;

export type DraftOutcome =
  | { kind: 'done'; version: number; revision: number }
  | { kind: 'refused'; reason: 'not_a_draft' | 'moved' }
  | { kind: 'invalid'; problems: readonly DocumentProblem[] };

/** Begins a draft: a copy of the policy in force, or the document that is given. Throws `forbidden` without the right. */
export async function beginDraft(
  services: PolicyServices,
  input: { document: unknown; note: string },
  by: By,
  context: AuditContext,
): Promise<DraftOutcome> {
  demand(by, 'policies.manage');
  return services.db.prisma.$transaction(async (tx) => {
    const now = services.now();
    const base = await tx.policyVersion.findFirst({ where: { status: 'published' } });
    const parsed = parsePolicy(input.document ?? base?.document);
    if (!parsed.ok) return { kind: 'invalid', problems: parsed.problems };
    const row = await tx.policyVersion.create({
      data: {
        status: 'draft',
        document: toJson(parsed.document),
        note: input.note,
        baseVersion: base?.version ?? null,
        editors: editorsWith([], by),
        createdAt: now,
        createdBy: by === 'system' ? null : by.id,
        createdByName: actorOf(by).name,
        editedAt: now,
      },
    });
    await appendAudit(tx, now, {
      action: 'policy.drafted',
      actor: actorOf(by),
      targets: [target(row.version)],
      context,
      facts: { version: row.version, base: base?.version ?? null, rules: parsed.document.rules.length },
    });
    await notifyLive(tx, { type: 'policies' });
    return { kind: 'done', version: row.version, revision: row.revision };
  });
}

/**
 * Stores a draft over the revision that its editor saw; `moved` when somebody else saved meanwhile. A draft may hold
 * expressions that cannot be evaluated: publishing is what asks for more.
 */
export async function saveDraft(
  services: PolicyServices,
  input: { version: number; revision: number; document: unknown; note: string },
  by: By,
  context: AuditContext,
): Promise<DraftOutcome> {
  demand(by, 'policies.manage');
  const parsed = parsePolicy(input.document);
  if (!parsed.ok) return { kind: 'invalid', problems: parsed.problems };
  return onDraft(services, input, async (tx, draft) => {
    const now = services.now();
    const revision = draft.revision + 1;
    await tx.policyVersion.update({
      where: { version: draft.version },
      data: {
        document: toJson(parsed.document),
        note: input.note,
        revision,
        editedAt: now,
        editors: editorsWith(draft.editors, by),
      },
    });
    await appendAudit(tx, now, {
      action: 'policy.edited',
      actor: actorOf(by),
      targets: [target(draft.version)],
      context,
      facts: { version: draft.version, revision, rules: parsed.document.rules.length },
    });
    await notifyLive(tx, { type: 'policies' });
    return { kind: 'done', version: draft.version, revision };
  });
}

/** Throws a draft away. Its number is not given again. */
export async function discardDraft(
  services: PolicyServices,
  input: { version: number; revision: number },
  by: By,
  context: AuditContext,
): Promise<DraftOutcome> {
  demand(by, 'policies.manage');
  return onDraft(services, input, async (tx, draft) => {
    await tx.policyVersion.delete({ where: { version: draft.version } });
    await appendAudit(tx, services.now(), {
      action: 'policy.discarded',
      actor: actorOf(by),
      targets: [target(draft.version)],
      context,
      facts: { version: draft.version },
    });
    await notifyLive(tx, { type: 'policies' });
    return { kind: 'done', version: draft.version, revision: draft.revision };
  });
}

/** Turns the evaluation of a draft beside the policy in force on or off; one draft at a time. Nothing of it is enforced. */
export async function shadowDraft(
  services: PolicyServices,
  input: { version: number; revision: number; on: boolean },
  by: By,
  context: AuditContext,
): Promise<DraftOutcome> {
  demand(by, 'policies.manage');
  return onDraft(services, input, async (tx, draft) => {
    if (input.on) await tx.policyVersion.updateMany({ where: { shadow: true }, data: { shadow: false } });
    await tx.policyVersion.update({ where: { version: draft.version }, data: { shadow: input.on } });
    if (draft.shadow !== input.on) {
      await appendAudit(tx, services.now(), {
        action: 'policy.shadowed',
        actor: actorOf(by),
        targets: [target(draft.version)],
        context,
        facts: { version: draft.version, on: input.on },
      });
    }
    await notifyLive(tx, { type: 'policies' });
    return { kind: 'done', version: draft.version, revision: draft.revision };
  });
}

export type PublishOutcome =
  | { kind: 'published'; version: number; replaced: number | null }
  | { kind: 'refused'; reason: PublishRefusal }
  | { kind: 'invalid'; problems: readonly DocumentProblem[] };

/**
 * `second_person`: whoever changed the draft may not publish it. `moved`: the draft, or the policy that it was compared with, is
 * not the one that was looked at.
 */
export type PublishRefusal = 'not_a_draft' | 'moved' | 'second_person';

/**
 * Puts a draft in force: from the next call on it judges, and calls that wait are judged by it too. Refused while any of its
 * expressions cannot be read, any of its tests fails, or a group or person that it names is not there. `over` is the version
 * that it was compared with.
 */
export async function publishDraft(
  services: PolicyServices,
  input: { version: number; revision: number; over: number | null },
  by: By,
  context: AuditContext,
): Promise<PublishOutcome> {
  demand(by, 'policies.manage');
  return services.db.prisma.$transaction(async (tx): Promise<PublishOutcome> => {
    await lockPolicies(tx);
    const now = services.now();
    const draft = await tx.policyVersion.findUnique({ where: { version: input.version } });
    if (draft?.status !== 'draft') return { kind: 'refused', reason: 'not_a_draft' };
    const before = await tx.policyVersion.findFirst({ where: { status: 'published' } });
    if (draft.revision !== input.revision || (before?.version ?? null) !== input.over) {
      return { kind: 'refused', reason: 'moved' };
    }
    const { policySecondPerson } = await workspaceSettings(tx);
    if (policySecondPerson && (by === 'system' || draft.editors.includes(by.id))) {
      await appendAudit(tx, now, {
        action: 'policy.publish_refused',
        actor: actorOf(by),
        targets: [target(draft.version)],
        context,
        facts: { version: draft.version, reason: 'second_person' },
      });
      return { kind: 'refused', reason: 'second_person' };
    }
    const parsed = parsePolicy(draft.document);
    const problems = parsed.ok
      ? [...policyProblems(parsed.document), ...(await strangers(tx, parsed.document))]
      : parsed.problems;
    if (problems.length > 0) return { kind: 'invalid', problems };
    if (before) {
      await tx.policyVersion.update({
        where: { version: before.version },
        data: { status: 'archived', archivedAt: now },
      });
    }
    await tx.policyVersion.update({
      where: { version: draft.version },
      data: {
        status: 'published',
        shadow: false,
        publishedAt: now,
        publishedBy: by === 'system' ? null : by.id,
        publishedByName: actorOf(by).name,
      },
    });
    await appendAudit(tx, now, {
      action: 'policy.published',
      actor: actorOf(by),
      targets: [target(draft.version)],
      context,
      facts: {
        version: draft.version,
        replaced: before?.version ?? null,
        rules: parsed.ok ? parsed.document.rules.length : 0,
        editors: draft.editors.length,
      },
    });
    await enqueue(tx, 'policy.rejudge', { version: draft.version, after: null });
    await notifyLive(tx, { type: 'policies' });
    return { kind: 'published', version: draft.version, replaced: before?.version ?? null };
  });
}

/** The groups and people that a policy names and that are not here: what asks them would ask nobody. */
export async function strangers(tx: Transaction, { rules, rotations }: PolicyDocument): Promise<DocumentProblem[]> {
  const reviews = rules.flatMap(({ outcome }, index) =>
    outcome.outcome === 'review' ? [{ outcome, path: `rules.${index}.outcome` }] : [],
  );
  const groups = reviews.flatMap(({ outcome, path }) => [
    ...outcome.groups.map((name) => ({ name, path: `${path}.groups` })),
    ...outcome.escalate.flatMap((step) => step.groups.map((name) => ({ name, path: `${path}.escalate` }))),
  ]);
  const people = [
    ...reviews.flatMap(({ outcome, path }) =>
      outcome.escalate.flatMap((step) => step.people.map((name) => ({ name, path: `${path}.escalate` }))),
    ),
    ...Object.entries(rotations).flatMap(([rotation, { people: on }]) =>
      on.map((name) => ({ name, path: `rotations.${rotation}` })),
    ),
  ];
  const known = new Set(
    (await tx.personGroup.findMany({ where: { name: { in: groups.map(({ name }) => name) } } })).map(
      ({ name }) => name,
    ),
  );
  const here = new Set(
    (await tx.user.findMany({ where: { email: { in: people.map(({ name }) => name.toLowerCase()) } } })).map(
      ({ email }) => email,
    ),
  );
  return [
    ...groups
      .filter(({ name }) => !known.has(name))
      .map(({ name, path }) => ({ path, message: `There is no group “${name}”` })),
    ...people
      .filter(({ name }) => !here.has(name.toLowerCase()))
      .map(({ name, path }) => ({ path, message: `Nobody here has the address ${name}` })),
  ];
}

type Draft = { version: number; revision: number; editors: string[]; shadow: boolean };

async function onDraft(
  services: PolicyServices,
  input: { version: number; revision: number },
  act: (tx: Transaction, draft: Draft) => Promise<DraftOutcome>,
): Promise<DraftOutcome> {
  return services.db.prisma.$transaction(async (tx) => {
    await lockPolicies(tx);
    const draft = await tx.policyVersion.findUnique({ where: { version: input.version } });
    if (draft?.status !== 'draft') return { kind: 'refused', reason: 'not_a_draft' };
    if (draft.revision !== input.revision) return { kind: 'refused', reason: 'moved' };
    return act(tx, draft);
  });
}

function editorsWith(editors: readonly string[], by: By): string[] {
  return by === 'system' ? [...editors] : [...new Set([...editors, by.id])];
}

function target(version: number) {
  return { type: 'policy' as const, id: String(version), name: `Policy version ${version}` };
}
