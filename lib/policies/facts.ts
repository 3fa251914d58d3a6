import type { Transaction } from '@/lib/db';
import type { FunctionCall } from '@/lib/domain/approval';
import type { CallFacts, RequesterFacts } from '@/lib/domain/policy/judge';
import { jsonObject } from '@/lib/domain/profile';
import type { ToolSettings } from '@/lib/domain/tool';
import { personColumns, toPerson } from '@/lib/people/store';
import { readCounts } from './lookups-store';
import type { PoliciesInForce } from './published-store';

/** What is known of a run where its calls are judged. */
export const runFactColumns = {
  id: true,
  origin: true,
  agentId: true,
  agent: { select: { name: true } },
  metadata: true,
  requester: true,
  requesterUserId: true,
  starterUserId: true,
} as const;

export type RunForFacts = Readonly<{
  id: string;
  origin: string;
  agentId: string | null;
  agent: { name: string } | null;
  metadata: unknown;
  requester: string | null;
  requesterUserId: string | null;
  starterUserId: string | null;
}>;

/** What every call of a run has in common for the policy. */
export type RunFacts = Readonly<{
  run: RunForFacts;
  requester: RequesterFacts | null;
  fourEyes: boolean;
  now: Date;
}>;

/** Reads who asked for the run; the rest of it is given. */
export async function runFacts(
  tx: Transaction,
  run: RunForFacts,
  { fourEyes, now }: { fourEyes: boolean; now: Date },
): Promise<RunFacts> {
  return { run, requester: await requesterOf(tx, run, now), fourEyes, now };
}

/** Everything that the policies in force may look at for one call; counts are read for the lookups of both. */
export async function callFacts(
  tx: Transaction,
  { run, requester, fourEyes, now }: RunFacts,
  call: FunctionCall,
  tool: ToolSettings | null,
  { published, shadow }: PoliciesInForce,
  except: string | null = null,
): Promise<{ published: CallFacts; shadow: CallFacts }> {
  const subject = { tool: call.name, agentId: run.agentId, runId: run.id, requester: run.requester, now };
  const base = {
    call,
    tool,
    agent: run.agent?.name ?? null,
    run: { origin: run.origin, metadata: jsonObject.catch({}).parse(run.metadata) },
    requester,
    now,
    fourEyes,
  };
  const counts = await readCounts(tx, published.document?.lookups ?? {}, subject, except);
  const shadowCounts = shadow?.document ? await readCounts(tx, shadow.document.lookups, subject, except) : {};
  return { published: { ...base, counts }, shadow: { ...base, counts: shadowCounts } };
}

async function requesterOf(tx: Transaction, run: RunForFacts, now: Date): Promise<RequesterFacts | null> {
  if (run.requester === null) return null;
  const { requester: text, requesterUserId: id, starterUserId } = run;
  const row = id === null ? null : await tx.user.findUnique({ where: { id }, select: personColumns });
  const person = row === null ? null : toPerson(row, now);
  // Somebody deactivated is known no more: rules must not pass what they ask for.
  return { text, person: person?.active ? person : null, verified: id !== null && id === starterUserId };
}
