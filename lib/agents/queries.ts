import type { Person } from '@/lib/domain/person';
import { type ContinuationProfile, continuationProfile } from '@/lib/domain/profile';
import { demand } from '@/lib/people/people';
import type { Services } from '@/lib/services';
import { type AgentRow, agentRows } from './store';

/** Agents by name, archived ones last. */
export async function listAgents(services: Pick<Services, 'db'>, by: Person): Promise<readonly AgentRow[]> {
  demand(by, 'runs.read');
  return agentRows(services.db.prisma, longestList);
}

const longestList = 500;

export type AgentDetail = Readonly<{
  id: string;
  name: string;
  description: string;
  adoptForeign: boolean;
  version: number;
  updatedAt: Date;
  archivedAt: Date | null;
  profile: ContinuationProfile;
}>;

/** One agent with all of its profile, or null. */
export async function findAgent(
  services: Pick<Services, 'db'>,
  by: Person,
  agentId: string,
): Promise<AgentDetail | null> {
  demand(by, 'runs.read');
  const row = await services.db.prisma.agent.findUnique({ where: { id: agentId } });
  if (row === null) return null;
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    adoptForeign: row.adoptForeign,
    version: row.version,
    updatedAt: row.updatedAt,
    archivedAt: row.archivedAt,
    profile: continuationProfile.parse(row.profile),
  };
}
