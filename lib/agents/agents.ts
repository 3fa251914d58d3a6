import { z } from 'zod';
import { appendAudit } from '@/lib/audit/append';
import type { Transaction } from '@/lib/db';
import type { AuditContext, AuditFacts } from '@/lib/domain/audit';
import { type ContinuationProfile, targetOf } from '@/lib/domain/profile';
import type { Agent, Prisma } from '@/lib/generated/prisma/client';
import { newId } from '@/lib/ids';
import { notifyLive } from '@/lib/live/notify';
import { actorOf, type By, demand } from '@/lib/people/people';
import type { Services } from '@/lib/services';
import { checkProfile, type ProfileProblem } from './check-profile';
import { lockAgents } from './store';

type AgentServices = Pick<Services, 'db' | 'now'>;

/** An agent as somebody describes it; `profile` may be anything and is checked. */
export type AgentInput = Readonly<{
  name: string;
  description?: string;
  profile: unknown;
  /** Runs that other programs start on this model or agent are taken over with this profile. */
  adoptForeign?: boolean;
}>;

export type AgentOutcome =
  | { kind: 'done'; id: string; version: number }
  | { kind: 'invalid'; problems: readonly ProfileProblem[] }
  | { kind: 'refused'; reason: AgentRefusal; message: string };

export type AgentRefusal = 'name_taken' | 'target_taken' | 'changed_meanwhile' | 'not_found';

const description = z.object({
  name: z
    .string()
    .trim()
    .min(1, 'Give a name.')
    .max(100, 'Use at most 100 characters.')
    .regex(/^\P{Cc}*$/u, 'Leave out control characters.'),
  description: z.string().trim().max(2000, 'Use at most 2000 characters.').default(''),
  adoptForeign: z.boolean().default(false),
});

/** Adds an agent. Throws `forbidden` without `agents.manage`; what is wrong with the input is a value. */
export async function createAgent(
  services: AgentServices,
  input: AgentInput,
  by: By,
  context: AuditContext,
): Promise<AgentOutcome> {
  demand(by, 'agents.manage');
  const checked = check(input);
  if (!checked.ok) return { kind: 'invalid', problems: checked.problems };
  return services.db.prisma.$transaction(async (tx) => {
    await lockAgents(tx);
    const clash = await clashWith(tx, checked, null);
    if (clash !== null) return clash;
    const now = services.now();
    const id = newId('agt', now);
    await tx.agent.create({ data: { ...columnsOf(checked), id, createdAt: now } });
    await record(services, tx, by, context, { id, name: checked.name }, 'agent.created', { target: checked.target });
    return { kind: 'done', id, version: 1 };
  });
}

/**
 * Replaces what an agent is; runs that have begun keep the profile they began with. `version` is the one that the change
 * was made on: somebody else's change in between is not overwritten.
 */
export async function updateAgent(
  services: AgentServices,
  agentId: string,
  version: number,
  input: AgentInput,
  by: By,
  context: AuditContext,
): Promise<AgentOutcome> {
  demand(by, 'agents.manage');
  const checked = check(input);
  if (!checked.ok) return { kind: 'invalid', problems: checked.problems };
  return change(services, agentId, async (tx, agent) => {
    if (agent.version !== version) return refused('changed_meanwhile');
    const clash = await clashWith(tx, checked, agentId);
    if (clash !== null) return clash;
    const next = agent.version + 1;
    await tx.agent.update({ where: { id: agentId }, data: { ...columnsOf(checked), version: next } });
    await record(services, tx, by, context, { id: agentId, name: checked.name }, 'agent.updated', { version: next });
    return { kind: 'done', id: agentId, version: next };
  });
}

/** Puts an agent away: nothing new starts with it or is adopted by it. Its runs go on. Again changes nothing. */
export async function archiveAgent(
  services: AgentServices,
  agentId: string,
  by: By,
  context: AuditContext,
): Promise<AgentOutcome> {
  demand(by, 'agents.manage');
  return change(services, agentId, async (tx, agent) => {
    if (agent.archivedAt === null) {
      await tx.agent.update({ where: { id: agentId }, data: { archivedAt: services.now() } });
      await record(services, tx, by, context, agent, 'agent.archived', { target: agent.target });
    }
    return { kind: 'done', id: agentId, version: agent.version };
  });
}

/** Brings an archived agent back as a new version. Again changes nothing. */
export async function restoreAgent(
  services: AgentServices,
  agentId: string,
  by: By,
  context: AuditContext,
): Promise<AgentOutcome> {
  demand(by, 'agents.manage');
  return change(services, agentId, async (tx, agent) => {
    if (agent.archivedAt === null) return { kind: 'done', id: agentId, version: agent.version };
    const clash = await clashWith(tx, agent, agentId);
    if (clash !== null) return clash;
    const version = agent.version + 1;
    await tx.agent.update({ where: { id: agentId }, data: { archivedAt: null, version } });
    await record(services, tx, by, context, agent, 'agent.updated', { version });
    return { kind: 'done', id: agentId, version };
  });
}

type Checked = Readonly<{
  name: string;
  description: string;
  adoptForeign: boolean;
  profile: ContinuationProfile;
  target: string;
}>;

function check(input: AgentInput): ({ ok: true } & Checked) | { ok: false; problems: readonly ProfileProblem[] } {
  const words = description.safeParse(input);
  const checked = checkProfile(input.profile);
  if (words.success && checked.ok) {
    return { ok: true, ...words.data, profile: checked.profile, target: targetOf(checked.profile) };
  }
  const ofWords = words.success
    ? []
    : words.error.issues.map((issue) => ({ path: issue.path.map(String), message: issue.message }));
  return { ok: false, problems: [...ofWords, ...(checked.ok ? [] : checked.problems)] };
}

function columnsOf({ name, description: words, adoptForeign, profile, target }: Checked) {
  return { name, description: words, adoptForeign, target, profile: profile as Prisma.InputJsonObject };
}

async function clashWith(
  tx: Transaction,
  wanted: Pick<Checked, 'name' | 'target' | 'adoptForeign'>,
  own: string | null,
): Promise<AgentOutcome | null> {
  const others = own === null ? {} : { id: { not: own } };
  const named = await tx.agent.findFirst({
    where: { ...others, name: { equals: wanted.name, mode: 'insensitive' } },
    select: { archivedAt: true },
  });
  if (named !== null) return refused('name_taken', named.archivedAt === null ? '' : ' It is archived.');
  if (!wanted.adoptForeign) return null;
  const adopter = await tx.agent.findFirst({
    where: { ...others, target: wanted.target, adoptForeign: true, archivedAt: null },
    select: { name: true },
  });
  return adopter === null ? null : refused('target_taken', ` That is “${adopter.name}”.`);
}

async function change(
  services: AgentServices,
  agentId: string,
  make: (tx: Transaction, agent: Agent) => Promise<AgentOutcome>,
): Promise<AgentOutcome> {
  return services.db.prisma.$transaction(async (tx) => {
    await lockAgents(tx);
    const agent = await tx.agent.findUnique({ where: { id: agentId } });
    return agent === null ? refused('not_found') : make(tx, agent);
  });
}

type AgentAction = Extract<keyof AuditFacts, `agent.${string}`>;

async function record<A extends AgentAction>(
  services: AgentServices,
  tx: Transaction,
  by: By,
  context: AuditContext,
  { id, name }: { id: string; name: string },
  action: A,
  facts: AuditFacts[A],
): Promise<void> {
  const fact = { action, facts } as { [K in AgentAction]: { action: K; facts: AuditFacts[K] } }[AgentAction];
  const targets = [{ type: 'agent' as const, id, name }];
  await appendAudit(tx, services.now(), { ...fact, actor: actorOf(by), targets, context });
  await notifyLive(tx, { type: 'agents' });
}

const refusalText: Record<AgentRefusal, string> = {
  name_taken: 'Another agent has this name.',
  target_taken: 'Another agent adopts the foreign runs of this model or agent.',
  changed_meanwhile: 'Somebody else changed this agent while you did. Reload the page to see their version.',
  not_found: 'This agent is not here any more.',
};

function refused(reason: AgentRefusal, more = ''): AgentOutcome {
  return { kind: 'refused', reason, message: refusalText[reason] + more };
}
