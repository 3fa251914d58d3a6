import { z } from 'zod';
import type { FunctionCall } from './approval';
import { isJsonObject, type Json, type JsonObject, storable } from './json';
import { jsonObject } from './profile';

/** One step of an interaction's timeline; types that we do not know are kept as they came. */
export type Step = Readonly<{ type: string } & JsonObject>;

/** A Gemini interaction as last read. */
export type Interaction = Readonly<{
  id: string;
  status: string; // open set: an unknown one means "not finished, look again later"
  target: string | null; // model or agent
  previousId: string | null;
  steps: readonly Step[];
  environmentId: string | null;
  usage: JsonObject | null;
  errors: readonly Readonly<{ code: string | null; message: string | null }>[];
  created: Date | null;
  updated: Date | null;
}>;

const text = z.string().nullish().catch(null);
const instant = z
  .string()
  .nullish()
  .transform((value) => (value && !Number.isNaN(Date.parse(value)) ? new Date(value) : null));

const wire = z.looseObject({
  id: z.string().min(1).max(2000),
  status: z.string().min(1).max(100),
  model: text,
  agent: text,
  previous_interaction_id: text,
  steps: z.array(jsonObject.refine((step) => typeof step.type === 'string')).nullish(),
  environment_id: text,
  usage: jsonObject.nullish().catch(null),
  errors: z
    .array(z.looseObject({ code: z.unknown(), message: z.unknown() }))
    .nullish()
    .catch(null),
  created: instant,
  updated: instant,
});

/**
 * Reads what Gemini answered; what could not be stored is made visible by `storable`. Throws a ZodError when it is not an
 * interaction at all.
 */
export function parseInteraction(value: unknown): Interaction {
  const read = wire.parse(value);
  return {
    id: bareId(storable(read.id)),
    status: storable(read.status),
    target: storable(read.model ?? read.agent ?? null),
    previousId: read.previous_interaction_id ? bareId(storable(read.previous_interaction_id)) : null,
    steps: storable(read.steps ?? []).map((step) => ({ ...step, type: String(step.type) })),
    environmentId: storable(read.environment_id ?? null),
    usage: storable(read.usage ?? null),
    errors: (read.errors ?? []).map(({ code, message }) => ({
      code: storable(asText(code)),
      message: storable(asText(message)),
    })),
    created: read.created,
    updated: read.updated,
  };
}

/** Gemini's ids come with and without their collection's name in front. */
export function bareId(id: string): string {
  return id.startsWith('interactions/') ? id.slice('interactions/'.length) : id;
}

/**
 * The calls that wait for a result: no result step *after* them names their id. Agents list their built-in tools as
 * function calls too, already answered; a child's timeline may begin with its parent's results.
 */
export function pendingCalls(interaction: Pick<Interaction, 'status' | 'steps'>): readonly FunctionCall[] {
  if (interaction.status !== 'requires_action') return [];
  const pending = new Map<string, FunctionCall>();
  for (const step of interaction.steps) {
    if (typeof step.call_id === 'string') pending.delete(step.call_id);
    else if (step.type === 'function_call' && typeof step.id === 'string' && typeof step.name === 'string') {
      pending.set(step.id, {
        id: step.id,
        name: step.name,
        arguments: isJsonObject(step.arguments) ? (step.arguments as JsonObject) : {},
      });
    }
  }
  return [...pending.values()];
}

/** What the model said last, for people to read; null: nothing. */
export function outputText(steps: readonly Step[]): string | null {
  const texts = steps.filter((step) => step.type === 'model_output').flatMap((step) => textsOf(step.content ?? null));
  return texts.length > 0 ? texts.join('\n\n') : null;
}

/** The plain texts inside a content value: a string, a content item, or a list of items. */
export function textsOf(content: Json): readonly string[] {
  if (typeof content === 'string') return [content];
  if (Array.isArray(content)) return content.flatMap((item: Json) => textsOf(item));
  if (isJsonObject(content) && typeof content.text === 'string') return [content.text];
  return [];
}

const ended = ['completed', 'failed', 'cancelled', 'incomplete', 'budget_exceeded'];

/** Whether Gemini will not change this interaction any more by itself. */
export function hasEnded(status: string): boolean {
  return ended.includes(status);
}

function asText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : null;
}
