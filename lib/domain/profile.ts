import { z } from 'zod';
import { isJsonObject, type JsonObject } from './json';

/**
 * A JSON object, its members unexamined: what is read comes out of a JSON parser. The very same object comes back, since
 * a copy by zod would leave out what is named `__proto__`, and a reviewer must see everything that an agent sends.
 */
export const jsonObject = z
  .unknown()
  .refine(isJsonObject, { error: 'Expected a JSON object.', abort: true })
  .meta({ type: 'object' }) as z.ZodType<JsonObject, JsonObject>;

/** One tool as declared to Gemini; function tools carry a name and a schema, built-in ones only their type. */
export const declaredTool = z.looseObject({
  type: z.string().min(1).max(64),
  name: z.string().min(1).max(128).optional(),
  description: z.string().max(20_000).optional(),
  parameters: jsonObject.optional(),
});

/**
 * What Gemini does not inherit when an interaction is resumed, in Gemini's spelling, since it is sent as it is.
 * Exactly one of `model` and `agent_id` says what runs.
 */
export const continuationProfile = z
  .strictObject({
    model: z.string().min(1).max(200).optional(),
    agent_id: z.string().min(1).max(200).optional(),
    tools: z.array(declaredTool).max(128).default([]),
    system_instruction: z.string().max(200_000).optional(),
    generation_config: jsonObject.optional(),
    agent_config: jsonObject.optional(),
    environment: z.union([z.string().max(200), jsonObject]).optional(),
  })
  .refine((profile) => (profile.model === undefined) !== (profile.agent_id === undefined), {
    message: 'Give exactly one of model and agent_id.',
    path: ['model'],
  });

export type ContinuationProfile = z.infer<typeof continuationProfile>;

/** The model or agent id that a profile continues. */
export function targetOf(profile: Pick<ContinuationProfile, 'model' | 'agent_id'>): string {
  return profile.model ?? profile.agent_id ?? '';
}

/** The declared JSON Schema of a function's arguments, or null when the profile does not declare the function. */
export function schemaOf(profile: ContinuationProfile | null, functionName: string): JsonObject | null {
  const tool = profile?.tools.find((candidate) => candidate.type === 'function' && candidate.name === functionName);
  return tool?.parameters ?? null;
}
