import type { CallDecision, ConversationItem } from '@/lib/approvals/views';
import { type Step, textsOf } from '@/lib/domain/interaction';
import { isJsonObject, type Json, type JsonObject } from '@/lib/domain/json';
import { mask, maskWithin } from '@/lib/domain/masking';
import type { FunctionResult } from '@/lib/domain/pause';

/** The masked fields of a function, by its name. */
export type MaskFor = (name: string | null) => readonly string[];

/** An interaction with what is known here of its calls. */
export type TimelinePart = Readonly<{
  id: string;
  steps: readonly Step[];
  /** What became of its calls, by call id: ids are unique inside one interaction only. */
  decisions: ReadonlyMap<string, CallDecision>;
  /** What was sent to resume it; null: nothing, or not by us. */
  sent: readonly FunctionResult[] | null;
}>;

/**
 * A chain of interactions as a conversation, oldest first. Gemini may leave out the question and may begin a child with
 * its parent's results: the question then comes from the run, and each result is shown once, after its call.
 */
export function conversationOf(
  parts: readonly TimelinePart[],
  question: string | null,
  maskFor: MaskFor,
): readonly ConversationItem[] {
  const items: ConversationItem[] = [];
  const asked = parts.some((part) => part.steps.some((step) => step.type === 'user_input'));
  const first = parts[0];
  if (!asked && question !== null && first) {
    items.push({ key: `${first.id}:question`, interactionId: first.id, kind: 'asked', text: question });
  }
  let shownBefore = false; // the parent's results stand already below the parent's calls
  for (const part of parts) {
    const own = part.steps.findIndex((step) => step.type !== 'function_result');
    for (const [place, step] of part.steps.entries()) {
      if (shownBefore && (own < 0 || place < own)) continue;
      items.push({ key: `${part.id}:${place}`, interactionId: part.id, ...itemOf(step, part.decisions, maskFor) });
    }
    for (const { callId, name, result } of part.sent ?? []) {
      items.push({
        key: `${part.id}:sent:${callId}`,
        interactionId: part.id,
        kind: 'answered',
        callId,
        name,
        result: maskWithin(result, maskFor(name)),
      });
    }
    shownBefore = part.sent !== null;
  }
  return items;
}

/** Steps for the raw view: as Gemini sent them, but for masked arguments and the long signatures that say nothing. */
export function rawSteps(steps: readonly Step[], maskFor: MaskFor): readonly JsonObject[] {
  return steps.map((step) => {
    const { signature, ...rest } = step as JsonObject;
    const names = maskFor(nameOf(step));
    const masked: JsonObject = {
      ...rest,
      ...(isJsonObject(step.arguments) ? { arguments: mask(step.arguments as JsonObject, names) } : {}),
      ...(isJsonObject(step.result) ? { result: maskWithin(step.result as JsonObject, names) } : {}),
    };
    return signature === undefined ? masked : { ...masked, signature: '…' };
  });
}

/** What the agent itself wrote just before a call, in the same interaction: its words, else its thoughts. Null: nothing. */
export function reasonBefore(steps: readonly Step[], callId: string): string | null {
  const at = steps.findIndex((step) => step.type === 'function_call' && step.id === callId);
  const before = at < 0 ? [] : steps.slice(0, at);
  const answered = before.findLastIndex((step) => step.type === 'function_result' || step.type === 'user_input');
  const recent = before.slice(answered + 1);
  const said = recent.filter((step) => step.type === 'model_output').flatMap((step) => textsOf(step.content ?? null));
  const thought = recent.filter((step) => step.type === 'thought').flatMap((step) => textsOf(step.summary ?? null));
  const words = [...thought, ...said].map((part) => part.trim()).filter((part) => part !== '');
  return words.length > 0 ? words.join('\n\n') : null;
}

type Content<Each> = Each extends ConversationItem ? Omit<Each, 'key' | 'interactionId'> : never;

function itemOf(step: Step, decisions: ReadonlyMap<string, CallDecision>, maskFor: MaskFor): Content<ConversationItem> {
  const name = nameOf(step) ?? 'a function without a name';
  switch (step.type) {
    case 'user_input':
      return { kind: 'asked', text: textsOf(step.content ?? null).join('\n\n') };
    case 'thought':
      return { kind: 'thought', text: textsOf(step.summary ?? null).join('\n\n') };
    case 'model_output':
      return { kind: 'said', text: textsOf(step.content ?? null).join('\n\n') };
    case 'function_call': {
      const callId = typeof step.id === 'string' ? step.id : null;
      return {
        kind: 'called',
        callId,
        name,
        arguments: isJsonObject(step.arguments) ? mask(step.arguments as JsonObject, maskFor(name)) : null,
        approval: callId === null ? null : (decisions.get(callId) ?? null),
      };
    }
    case 'function_result':
      return {
        kind: 'answered',
        callId: typeof step.call_id === 'string' ? step.call_id : null,
        name,
        result: isJsonObject(step.result)
          ? maskWithin(step.result as JsonObject, maskFor(name))
          : ((step.result ?? null) as Json),
      };
    default: {
      const { signature: _signature, ...rest } = step as JsonObject;
      return { kind: 'other', type: step.type, step: rest };
    }
  }
}

function nameOf(step: Step): string | null {
  return typeof step.name === 'string' ? step.name : null;
}
