import { z } from 'zod';
import { decidedBy } from '@/lib/approvals/decided-by';
import type { CallDecision } from '@/lib/approvals/views';
import type { Transaction } from '@/lib/db';
import { approvalStatuses } from '@/lib/domain/approval';
import { type Step, textsOf } from '@/lib/domain/interaction';
import { isJsonObject, type Json } from '@/lib/domain/json';
import type { FunctionResult } from '@/lib/domain/pause';
import { continuationProfile, jsonObject } from '@/lib/domain/profile';
import { isTier } from '@/lib/domain/tier';
import type { MaskFor, TimelinePart } from './conversation';

/** A run's interactions, with what is known here of their calls. */
export type Chain = Readonly<{
  parts: readonly TimelinePart[];
  question: string | null; // what the run was started with
  masks: ReadonlyMap<string, readonly string[]>; // masked fields by function
  descriptions: ReadonlyMap<string, string>; // as the tools were declared
}>;

const longest = 100; // interactions shown of one run, the newest

/** Reads a run's chain; with `until`, only that interaction and those it continues. */
export async function loadChain(prisma: Transaction, runId: string, until: string | null = null): Promise<Chain> {
  const [run, interactions, approvals] = await Promise.all([
    prisma.run.findUniqueOrThrow({ where: { id: runId }, select: { input: true, profile: true } }),
    prisma.interaction.findMany({
      where: { runId },
      orderBy: [{ position: 'desc' }, { firstSeenAt: 'desc' }],
      take: longest,
      select: {
        id: true,
        previousId: true,
        steps: true,
        pause: { select: { attempts: { orderBy: { number: 'asc' } } } },
      },
    }),
    prisma.approval.findMany({
      where: { runId },
      orderBy: { createdAt: 'desc' },
      take: 10 * longest,
      select: {
        id: true,
        interactionId: true,
        callId: true,
        name: true,
        effect: true,
        tier: true,
        status: true,
        decision: true,
        decidedAt: true,
        maskedFields: true,
      },
    }),
  ]);
  const profile = continuationProfile.safeParse(run.profile);
  const tools = profile.success ? profile.data.tools : [];
  const names = [...new Set([...tools.flatMap((tool) => tool.name ?? []), ...approvals.map((call) => call.name)])];
  const settings = await prisma.tool.findMany({
    where: { name: { in: names } },
    select: { name: true, maskedFields: true },
  });

  const masks = new Map<string, Set<string>>();
  for (const { name, maskedFields } of [...settings, ...approvals]) {
    if (maskedFields.length === 0) continue;
    masks.set(name, new Set([...(masks.get(name) ?? []), ...maskedFields]));
  }
  const decisions = new Map<string, Map<string, CallDecision>>();
  for (const call of approvals) {
    const ofInteraction = decisions.get(call.interactionId) ?? new Map<string, CallDecision>();
    decisions.set(call.interactionId, ofInteraction);
    ofInteraction.set(call.callId, {
      id: call.id,
      status: z.enum(approvalStatuses).parse(call.status),
      tier: isTier(call.tier) ? call.tier : 3,
      effect: call.effect,
      ...decidedBy(call.decision),
      at: call.decidedAt,
    });
  }
  const shown = until === null ? interactions.toReversed() : lineage(interactions, until);
  return {
    parts: shown.map((interaction) => ({
      id: interaction.id,
      steps: stepsOf(interaction.steps),
      decisions: decisions.get(interaction.id) ?? new Map(),
      sent: sentResults(interaction.pause?.attempts ?? []),
    })),
    question: questionOf(run.input),
    masks: new Map([...masks].map(([name, fields]) => [name, [...fields]])),
    descriptions: new Map(
      tools.flatMap((tool) => (tool.name && tool.description ? [[tool.name, tool.description]] : [])),
    ),
  };
}

/** Looks up masked fields in a chain's `masks`. */
export function maskFor(masks: Chain['masks']): MaskFor {
  return (name) => (name === null ? [] : (masks.get(name) ?? []));
}

/** Steps as stored, for the views. */
export function stepsOf(stored: unknown): readonly Step[] {
  return storedSteps.parse(stored).map((step) => ({ ...step, type: String(step.type) }));
}

/** The results that the newest attempt carried, or null when nothing left for Gemini. */
export function sentResults(
  attempts: readonly { results: unknown; outcome: string | null }[],
): readonly FunctionResult[] | null {
  const reached = attempts.filter(({ outcome }) => outcome === 'resumed' || outcome === 'unclear' || outcome === null);
  const last = reached.at(-1);
  return last ? storedResults.parse(last.results) : null;
}

const storedSteps = z.array(jsonObject);
const storedResults = z.array(z.object({ callId: z.string(), name: z.string(), result: jsonObject }));

function lineage<Part extends { id: string; previousId: string | null }>(
  interactions: readonly Part[],
  until: string,
): readonly Part[] {
  const byId = new Map(interactions.map((interaction) => [interaction.id, interaction]));
  const line: Part[] = [];
  for (let part = byId.get(until); part && !line.includes(part); part = byId.get(part.previousId ?? ''))
    line.push(part);
  return line.toReversed();
}

function questionOf(stored: unknown): string | null {
  if (!isJsonObject(stored)) return null;
  const input = (stored.input ?? null) as Json;
  const items: readonly Json[] = Array.isArray(input) ? input : [input];
  const texts = items.flatMap((item) =>
    isJsonObject(item) && 'content' in item ? textsOf((item.content ?? null) as Json) : textsOf(item),
  );
  const text = texts.join('\n\n').trim();
  return text === '' ? null : text;
}
