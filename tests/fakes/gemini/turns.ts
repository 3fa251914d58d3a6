import { newCallId, newThoughtSignature } from './ids';
import type { Turn } from './scripts/script';
import type { JsonObject, Step } from './wire';

/** The steps of a turn in the order in which the API shows them. */
export function turnSteps(turn: Turn): Step[] {
  const steps: Step[] = [];
  if (turn.thought !== undefined)
    steps.push({
      type: 'thought',
      signature: newThoughtSignature(),
      summary: [{ type: 'text', text: turn.thought }],
    });
  steps.push(...(turn.builtIn ?? []));
  if (turn.text !== undefined) steps.push({ type: 'model_output', content: [{ type: 'text', text: turn.text }] });
  for (const { id, name, arguments: args } of [...(turn.calls ?? []), ...(turn.repeated ?? [])])
    steps.push({
      type: 'function_call',
      id: id ?? newCallId(),
      name,
      arguments: args,
      signature: newThoughtSignature(),
    });
  return steps;
}

/** The status in which a turn leaves its interaction. */
export function turnStatus(turn: Turn): string {
  if (turn.status !== undefined) return turn.status;
  return (turn.calls ?? []).length + (turn.repeated ?? []).length > 0 ? 'requires_action' : 'completed';
}

/** Token counts of a believable size: about four characters each. */
export function turnUsage(input: readonly Step[], tools: JsonObject, generated: readonly Step[]): JsonObject {
  const thoughts = generated.filter(({ type }) => type === 'thought');
  const inputTokens = tokens([input, tools]);
  const thoughtTokens = tokens(thoughts);
  const outputTokens = tokens(generated.filter(({ type }) => type !== 'thought'));
  return {
    total_tokens: inputTokens + thoughtTokens + outputTokens,
    total_input_tokens: inputTokens,
    input_tokens_by_modality: [{ modality: 'text', tokens: inputTokens }],
    total_cached_tokens: 0,
    total_output_tokens: outputTokens,
    total_tool_use_tokens: 0,
    total_thought_tokens: thoughtTokens,
  };
}

function tokens(value: unknown): number {
  return Math.ceil(JSON.stringify(value).length / 4);
}
