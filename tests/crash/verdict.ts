import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { FakeGemini } from '../fakes/gemini/server';
import type { Ledger } from './load';

export type Access = Readonly<{ appUrl: string; key: string; databaseUrl: string; gemini: FakeGemini }>;

const restWithinMs = 180_000;

/**
 * Lets everything come to rest: votes on what still waits, and settles what stayed unclear as a careful admin would, by
 * looking at Gemini first. Returns a sentence about it; throws when it does not come to rest.
 */
export async function settle(access: Access, say: (text: string) => void): Promise<string> {
  const sentAgain = new Set<string>();
  const giveUpAt = Date.now() + restWithinMs;
  for (let round = 0; ; round++) {
    const open = await openWork(access);
    const unheard = await unheardOf(access);
    // A run whose start was cut off is known only by its events, and the pauses between their repeats grow to hours.
    if (round % 10 === 5) redeliver(access.gemini, unheard);
    if (open.total === 0 && unheard.length === 0)
      return `${sentAgain.size} unclear or refused resumes were sent again by a person.`;
    if (Date.now() > giveUpAt) throw new Error(`It did not come to rest: ${JSON.stringify(open)}`);
    if (round % 60 === 59) say(`coming to rest: ${JSON.stringify({ ...open, unclear: open.unclear.length })}`);
    for (const approval of open.pending) {
      await post(access, `/approvals/${approval.id}/votes`, { verdict: 'approve', call_hash: approval.hash });
    }
    for (const interaction of open.unclear) {
      const children = access.gemini.interaction(interaction)?.children ?? [];
      // Gemini repeats a delivery for a day. The ones that were dropped for good here come once more, and must heal it.
      if (round % 10 === 5) redeliver(access.gemini, children);
      if (children.length > 0) continue; // only what Gemini never received is sent again
      await post(access, `/interactions/${interaction}/resume`, {
        action: 'send_again',
        reason: 'Gemini has no child',
      });
      sentAgain.add(interaction);
    }
    await sleep(500);
  }
}

/** Everything that contradicts the promise; empty: nothing was lost and nothing was done twice. */
export async function findFaults({ databaseUrl, gemini }: Access, ledger: Ledger): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const { id, children } of gemini.stats().branched) faults.push(`${id} was resumed ${children.length} times`);

  await onDatabase(databaseUrl, async (db) => {
    const { rows: approvals } = await db.query<ApprovalRow>(
      `select approval.id, approval.interaction_id, call_id, name, approval.status, decision,
              (select count(*)::int from audit_entry where approval_id = approval.id and action = 'approval.decided') as decisions
       from approval`,
    );
    const byCall = new Map(approvals.map((row) => [`${row.interaction_id} ${row.call_id}`, row]));
    const byId = new Map(approvals.map((row) => [row.id, row]));
    for (const row of approvals) {
      if (row.decisions > 1) faults.push(`approval ${row.id} was decided ${row.decisions} times`);
    }
    for (const [id, said] of ledger.settled) {
      const stored = byId.get(id)?.status;
      if (stored !== said.status)
        faults.push(`approval ${id} was acknowledged as ${said.status} and is ${stored ?? 'gone'}`);
    }

    const { rows: runs } = await db.query<{ id: string; status: string }>('select id, status from run');
    const runStatus = new Map(runs.map((run) => [run.id, run.status]));
    for (const id of ledger.started.keys()) {
      if (runStatus.get(id) !== 'completed')
        faults.push(`run ${id} was acknowledged and is ${runStatus.get(id) ?? 'gone'}`);
    }

    for (const summary of gemini.interactions({ status: 'requires_action' })) {
      const details = gemini.interaction(summary.id);
      for (const call of callsOf(details?.view)) {
        const approval = byCall.get(`${summary.id} ${call}`);
        if (!approval) faults.push(`call ${call} of ${summary.id} has no approval`);
        else if (approval.status === 'pending') faults.push(`approval ${approval.id} is still pending`);
      }
      if (summary.children.length === 0) faults.push(`${summary.id} was never resumed`);
    }
    // What was sent is what was decided, call by call.
    for (const summary of gemini.interactions()) {
      if (summary.previousId === null) continue;
      for (const result of resultsOf(gemini.interaction(summary.id)?.request)) {
        const approval = byCall.get(`${summary.previousId} ${result.callId}`);
        if (!approval)
          faults.push(`a result for ${result.callId} of ${summary.previousId} was sent without an approval`);
        else if (approval.status !== result.decision) {
          faults.push(`approval ${approval.id} is ${approval.status}, and ${result.decision} was sent`);
        }
      }
    }
  });
  return faults;
}

/** Interactions that wait at Gemini and that nobody here has heard of yet. */
async function unheardOf({ databaseUrl, gemini }: Access): Promise<readonly string[]> {
  const waiting = gemini.interactions({ status: 'requires_action' }).map(({ id }) => id);
  return onDatabase(databaseUrl, async (db) => {
    const { rows } = await db.query<{ id: string }>('select id from interaction where id = any($1)', [waiting]);
    const known = new Set(rows.map(({ id }) => id));
    return waiting.filter((id) => !known.has(id));
  });
}

function redeliver(gemini: FakeGemini, interactions: readonly string[]): void {
  for (const interactionId of interactions) {
    for (const { webhookId } of gemini.deliveries({ interactionId })) gemini.redeliver(webhookId);
  }
}

type ApprovalRow = {
  id: string;
  interaction_id: string;
  call_id: string;
  name: string;
  status: string;
  decisions: number;
};

async function openWork({ databaseUrl }: Access) {
  return onDatabase(databaseUrl, async (db) => {
    const pending = await db.query<{ id: string; hash: string }>(
      `select id, call_hash as hash from approval where status = 'pending' limit 500`,
    );
    const unclear = await db.query<{ id: string }>(
      `select interaction_id as id from pause where resume_status in ('unclear', 'refused')`,
    );
    const moving = await db.query<{ count: number }>(
      `select count(*)::int as count from pause where resume_status in ('ready', 'sending', 'waiting')`,
    );
    const runs = await db.query<{ count: number }>(
      `select count(*)::int as count from run where status in ('running', 'paused') or (status = 'unclear' and root_interaction_id is not null)`,
    );
    const events = await db.query<{ count: number }>(
      `select count(*)::int as count from webhook_event where processed_at is null and received_at > now() - interval '1 minute'`,
    );
    const counts = {
      moving: moving.rows[0]?.count ?? 0,
      runs: runs.rows[0]?.count ?? 0,
      events: events.rows[0]?.count ?? 0,
    };
    return {
      pending: pending.rows,
      unclear: unclear.rows.map((row) => row.id),
      ...counts,
      total: pending.rows.length + unclear.rows.length + counts.moving + counts.runs + counts.events,
    };
  });
}

async function onDatabase<T>(connectionString: string, work: (db: pg.Client) => Promise<T>): Promise<T> {
  const db = new pg.Client({ connectionString });
  await db.connect();
  try {
    return await work(db);
  } finally {
    await db.end();
  }
}

async function post({ appUrl, key }: Access, path: string, body: unknown): Promise<void> {
  await fetch(`${appUrl}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

type Wire = { readonly [key: string]: unknown };

function callsOf(view: Wire | undefined): readonly string[] {
  return stepsIn(view?.steps).flatMap((step) =>
    step.type === 'function_call' && typeof step.id === 'string' ? [step.id] : [],
  );
}

function resultsOf(request: Wire | undefined): readonly { callId: string; decision: string }[] {
  return stepsIn(request?.input).flatMap((step) => {
    const { result } = step;
    return typeof step.call_id === 'string' && typeof result === 'object' && result !== null && 'decision' in result
      ? [{ callId: step.call_id, decision: String(result.decision) }]
      : [];
  });
}

function stepsIn(value: unknown): readonly Wire[] {
  return Array.isArray(value) ? value.filter((step): step is Wire => typeof step === 'object' && step !== null) : [];
}
