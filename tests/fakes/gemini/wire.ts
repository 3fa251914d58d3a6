/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** One entry of an interaction's timeline; which further members it has depends on `type`. */
export type Step = { type: string; [key: string]: Json };
export type FunctionCallStep = Step & { type: 'function_call'; id: string; name: string; arguments: JsonObject };
export type FunctionResultStep = Step & { type: 'function_result'; call_id: string; name: string; result: Json };

/** A function that the request declared. Other kinds of tools are accepted and never called. */
export type FunctionTool = { name: string; description: string; parameters: JsonObject };

/** A complete HTTP answer of the API; `body` is always JSON. */
export type ApiAnswer = { status: number; body: Json; headers?: Record<string, string> };

export type Environment = { environmentId: string | null };
export type WebhookConfig = { uris: string[]; userMetadata: JsonObject | null; raw: JsonObject };

/** A create request that passed the checks of form; `body` is what came over the wire. */
export type CreateRequest = {
  model: string | null;
  agent: string | null;
  input: Step[];
  previousId: string | null;
  tools: FunctionTool[];
  background: boolean;
  stream: boolean;
  store: boolean;
  webhookConfig: WebhookConfig | null;
  environment: Environment | null;
  body: JsonObject;
};

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isFunctionCall(step: Step): step is FunctionCallStep {
  return (
    step.type === 'function_call' &&
    typeof step.id === 'string' &&
    typeof step.name === 'string' &&
    isObject(step.arguments)
  );
}

export function isFunctionResult(step: Step): step is FunctionResultStep {
  return step.type === 'function_result' && typeof step.call_id === 'string' && typeof step.name === 'string';
}

/** The calls that no later step answers, in the order in which the model made them. */
export function unansweredCalls(steps: readonly Step[]): FunctionCallStep[] {
  const open = new Map<string, FunctionCallStep>();
  for (const step of steps) {
    if (typeof step.call_id === 'string') open.delete(step.call_id);
    else if (isFunctionCall(step)) open.set(step.id, step);
  }
  return [...open.values()];
}

/** The text of every `user_input` step, joined by line breaks. */
export function userText(steps: readonly Step[]): string {
  const texts: string[] = [];
  for (const step of steps) {
    if (step.type !== 'user_input' || !Array.isArray(step.content)) continue;
    for (const part of step.content) if (isObject(part) && typeof part.text === 'string') texts.push(part.text);
  }
  return texts.join('\n');
}

/** RFC 3339 in whole seconds, as the API writes its times. */
export function rfc3339(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
