import { z } from 'zod';
import type { Transaction } from '@/lib/db';
import type { Person } from '@/lib/domain/person';
import type { Comparison } from '@/lib/domain/policy/comparison';
import { type PolicyDocument, parsePolicy } from '@/lib/domain/policy/document';
import { continuationProfile } from '@/lib/domain/profile';
import { demand } from '@/lib/people/people';
import type { Services } from '@/lib/services';

export type PolicyStatus = 'draft' | 'published' | 'archived';

export type PolicySummary = Readonly<{
  version: number;
  status: PolicyStatus;
  note: string;
  rules: number;
  shadow: boolean;
  createdByName: string;
  editedAt: Date;
  publishedAt: Date | null;
  publishedByName: string | null;
  archivedAt: Date | null;
}>;

export type PolicyView = PolicySummary &
  Readonly<{
    revision: number;
    baseVersion: number | null;
    editors: readonly string[];
    document: PolicyDocument | null; // null: what is stored cannot be read
  }>;

const listed = 100;
const status = z.enum(['draft', 'published', 'archived']);

/** All versions of the policy, the newest first. */
export async function listPolicies(services: Pick<Services, 'db'>, by: Person): Promise<readonly PolicySummary[]> {
  demand(by, 'policies.read');
  const rows = await services.db.prisma.policyVersion.findMany({ orderBy: { version: 'desc' }, take: listed });
  return rows.map(summary);
}

/** One version with its document; null: there is none. */
export async function findPolicy(
  services: Pick<Services, 'db'>,
  version: number,
  by: Person,
): Promise<PolicyView | null> {
  demand(by, 'policies.read');
  const row = await services.db.prisma.policyVersion.findUnique({ where: { version } });
  return row && view(row);
}

/** The version in force; null: there is none, and everything goes to people. */
export async function findPublished(services: Pick<Services, 'db'>, by: Person): Promise<PolicyView | null> {
  demand(by, 'policies.read');
  const row = await services.db.prisma.policyVersion.findFirst({ where: { status: 'published' } });
  return row && view(row);
}

export type BacktestView = Readonly<{
  id: string;
  revision: number;
  against: number;
  status: 'waiting' | 'running' | 'done' | 'failed';
  wanted: number;
  done: number;
  message: string | null;
  createdAt: Date;
  result: Comparison | null;
}>;

/** The latest trial of a draft; null: none was made. */
export async function latestBacktest(services: Pick<Services, 'db'>, version: number): Promise<BacktestView | null> {
  const row = await services.db.prisma.policyBacktest.findFirst({
    where: { version },
    orderBy: { createdAt: 'desc' },
  });
  if (row === null) return null;
  return {
    id: row.id,
    revision: row.revision,
    against: row.against,
    status: z.enum(['waiting', 'running', 'done', 'failed']).parse(row.status),
    wanted: row.wanted,
    done: row.done,
    message: row.message,
    createdAt: row.createdAt,
    result: row.result as Comparison | null, // written by runBacktest alone
  };
}

export type ShadowView = Readonly<{
  calls: number;
  differing: number;
  latest: readonly { approvalId: string; effect: string; at: Date; said: string; enforced: string }[];
}>;

const shadowsShown = 20;

/** What a draft said of the calls that came while it was evaluated beside the policy in force. */
export async function shadowOf(services: Pick<Services, 'db'>, version: number): Promise<ShadowView> {
  const { prisma } = services.db;
  const [calls, differing, latest] = await Promise.all([
    prisma.policyShadow.count({ where: { version } }),
    prisma.policyShadow.count({ where: { version, differs: true } }),
    prisma.policyShadow.findMany({
      where: { version, differs: true },
      orderBy: { at: 'desc' },
      take: shadowsShown,
      select: { approvalId: true, at: true, said: true, enforced: true, approval: { select: { effect: true } } },
    }),
  ]);
  return {
    calls,
    differing,
    latest: latest.map(({ approval, ...rest }) => ({ ...rest, effect: approval.effect })),
  };
}

export type KnownTool = Readonly<{ name: string; tier: number | null; args: readonly string[] }>;

/** The functions that rules can be about: those that somebody described or some agent declares, with their arguments. */
export async function knownTools(tx: Transaction): Promise<readonly KnownTool[]> {
  const [tools, agents] = await Promise.all([
    tx.tool.findMany({ select: { name: true, tier: true }, take: 500 }),
    tx.agent.findMany({ where: { archivedAt: null }, select: { profile: true }, take: 200 }),
  ]);
  const known = new Map<string, { tier: number | null; args: Set<string> }>(
    tools.map(({ name, tier }) => [name, { tier, args: new Set() }]),
  );
  for (const { profile } of agents) {
    const parsed = continuationProfile.safeParse(profile);
    for (const { name, parameters } of parsed.success ? parsed.data.tools : []) {
      if (name === undefined) continue;
      const entry = known.get(name) ?? { tier: null, args: new Set<string>() };
      known.set(name, entry);
      const properties = parameters?.properties;
      if (typeof properties === 'object' && properties !== null) {
        for (const argument of Object.keys(properties)) entry.args.add(argument);
      }
    }
  }
  return [...known]
    .map(([name, { tier, args }]) => ({ name, tier, args: [...args].toSorted() }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** Whom and where a policy may ask beside groups: people who are here, and the Slack channels that can be posted to. */
export async function policyTargets(tx: Transaction): Promise<{
  people: readonly { email: string; name: string }[];
  channels: readonly { id: string; name: string }[];
}> {
  const [people, channels] = await Promise.all([
    tx.user.findMany({
      where: { deactivatedAt: null, role: { in: ['reviewer', 'admin'] } },
      select: { email: true, name: true },
      orderBy: { name: 'asc' },
      take: 500,
    }),
    tx.slackChannel.findMany({
      where: { installation: { status: 'active' } },
      select: { id: true, name: true, installation: { select: { teamId: true, enterpriseId: true, teamName: true } } },
      orderBy: { name: 'asc' },
      take: 500,
    }),
  ]);
  const workspaces = new Set(channels.map(({ installation: { teamId, enterpriseId } }) => teamId ?? enterpriseId));
  return {
    people,
    channels: channels.map(({ id, name, installation: { teamId, enterpriseId, teamName } }) =>
      workspaces.size > 1
        ? { id: `${teamId ?? enterpriseId}/${id}`, name: `#${name ?? id} (${teamName})` }
        : { id, name: `#${name ?? id}` },
    ),
  };
}

type Row = {
  version: number;
  status: string;
  document: unknown;
  note: string;
  shadow: boolean;
  revision: number;
  baseVersion: number | null;
  editors: string[];
  createdByName: string;
  editedAt: Date;
  publishedAt: Date | null;
  publishedByName: string | null;
  archivedAt: Date | null;
};

function summary(row: Row): PolicySummary {
  const parsed = parsePolicy(row.document);
  const { version, note, shadow, createdByName, editedAt, publishedAt, publishedByName, archivedAt } = row;
  return {
    version,
    status: status.parse(row.status),
    note,
    rules: parsed.ok ? parsed.document.rules.length : 0,
    shadow,
    createdByName,
    editedAt,
    publishedAt,
    publishedByName,
    archivedAt,
  };
}

function view(row: Row): PolicyView {
  const parsed = parsePolicy(row.document);
  return {
    ...summary(row),
    revision: row.revision,
    baseVersion: row.baseVersion,
    editors: row.editors,
    document: parsed.ok ? parsed.document : null,
  };
}
