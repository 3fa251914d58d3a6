import type { Transaction } from '@/lib/db';
import type { Json } from '@/lib/domain/json';

/**
 * Makes changes to agents take turns until the transaction ends: a name, and the foreign runs of a model, are taken once, and
 * two at once could both find them free.
 */
export async function lockAgents(tx: Transaction): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('countersign.agents'))`;
}

export type AgentRow = Readonly<{
  id: string;
  name: string;
  description: string;
  target: string;
  adoptForeign: boolean;
  version: number;
  functions: number;
  updatedAt: Date;
  archivedAt: Date | null;
}>;

/** What the list of agents shows. Their functions are counted in the database: a profile may be hundreds of kilobytes. */
export async function agentRows(tx: Transaction, limit: number): Promise<readonly AgentRow[]> {
  return tx.$queryRaw<AgentRow[]>`
    select id, name, description, target, adopt_foreign as "adoptForeign", version, updated_at as "updatedAt",
      archived_at as "archivedAt",
      (select count(*)::int from jsonb_array_elements(coalesce(profile -> 'tools', '[]')) as tool
       where tool ->> 'type' = 'function') as functions
    from agent order by archived_at is not null, lower(name) limit ${limit}`;
}

/** The names of the functions that agents declare, with the agents that do. */
export async function declaredFunctions(tx: Transaction): Promise<readonly { name: string; agents: string[] }[]> {
  return tx.$queryRaw<{ name: string; agents: string[] }[]>`
    select tool ->> 'name' as name, array_agg(distinct agent.name order by agent.name) as agents
    from agent, jsonb_array_elements(coalesce(profile -> 'tools', '[]')) as tool
    where archived_at is null and tool ->> 'type' = 'function' and tool ->> 'name' is not null
    group by 1 order by 1 limit 2000`;
}

/** The parameters of a function as agents in use declare them; of several, as the one that changed last does. Null: none does. */
export async function declaredSchema(tx: Transaction, name: string): Promise<Json | null> {
  const rows = await tx.$queryRaw<{ parameters: Json | null }[]>`
    select tool -> 'parameters' as parameters
    from agent, jsonb_array_elements(coalesce(profile -> 'tools', '[]')) as tool
    where archived_at is null and tool ->> 'type' = 'function' and tool ->> 'name' = ${name}
    order by (tool -> 'parameters') is null, agent.updated_at desc limit 1`;
  return rows[0]?.parameters ?? null;
}
