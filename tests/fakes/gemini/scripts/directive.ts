import { isObject, type Json, type JsonObject } from '../wire';
import { type AnsweredCall, describeAnyOutcome } from './outcomes';
import type { PlannedCall, Script, Turn } from './script';

/**
 * One turn as a test writes it into the prompt: `@sim {"calls": […], "then": [turn, …], "final": "text", "status": "failed"}`.
 * `then` holds the turns after each resume. A turn without calls ends the chain; when the turns run out, the chain ends
 * with the first turn's `final` and `status`. `{{outcomes}}` in a text becomes a summary of the results, which is also
 * the text when none is given.
 */
export type Directive = {
  calls?: PlannedCall[];
  then?: Directive[];
  final?: string;
  status?: string;
  error?: { code: string; message: string };
  delayMs?: number;
  thought?: string;
  /** Text of the model before the calls. */
  say?: string;
};

/** Follows the directive in the prompt to the letter. */
export const directive: Script = {
  name: 'directive',
  begins: ({ prompt }) => findDirective(prompt) !== null,
  play({ prompt, isNewPrompt, answered, memory }): Turn {
    const fresh = isNewPrompt ? findDirective(prompt) : null;
    if (fresh !== null) {
      const rest = Array.isArray(fresh.then) ? fresh.then : [];
      return playTurn(fresh, fresh, rest, answered);
    }
    const [next, ...rest] = Array.isArray(memory.turns) ? memory.turns : [];
    const ending = isObject(memory.ending) ? memory.ending : {};
    return playTurn(isObject(next) ? next : { ...ending }, ending, rest, answered);
  },
};

function playTurn(turn: JsonObject, ending: JsonObject, rest: Json[], answered: AnsweredCall[]): Turn {
  const calls = Array.isArray(turn.calls) ? turn.calls.flatMap(readCall) : [];
  const delay = typeof turn.delayMs === 'number' ? { delayMs: turn.delayMs } : {};
  const thought = { thought: typeof turn.thought === 'string' ? turn.thought : 'I follow the directive.' };
  if (calls.length > 0) {
    const { final, status, error } = ending;
    const kept = Object.fromEntries(
      Object.entries({ final, status, error }).filter(([, value]) => value !== undefined),
    );
    const say = typeof turn.say === 'string' ? { text: turn.say } : {};
    return { ...thought, ...say, ...delay, calls, memory: { turns: rest, ending: kept as JsonObject } };
  }
  const status = typeof turn.status === 'string' ? turn.status : 'completed';
  if (UNFINISHED.has(status)) return { ...delay, status };
  if (status !== 'failed') return { ...thought, ...delay, status, text: finalText(turn, answered) };
  const { error } = turn;
  const code = isObject(error) && typeof error.code === 'string' ? error.code : 'internal_error';
  const message =
    isObject(error) && typeof error.message === 'string' ? error.message : 'The interaction failed while running.';
  return { ...delay, status, errors: [{ code, message }] };
}

const UNFINISHED = new Set(['in_progress', 'queued']);

function finalText(turn: JsonObject, answered: AnsweredCall[]): string {
  const outcomes = answered.map(describeAnyOutcome).join('\n');
  if (typeof turn.final === 'string') return turn.final.replaceAll('{{outcomes}}', () => outcomes);
  return outcomes === '' ? 'Done.' : outcomes;
}

function readCall(value: Json): PlannedCall[] {
  if (!isObject(value) || typeof value.name !== 'string') return [];
  const args = isObject(value.arguments) ? value.arguments : {};
  const id = typeof value.id === 'string' ? { id: value.id } : {};
  return [{ name: value.name, arguments: args, ...id }];
}

/** The object after `@sim`, up to its closing brace; null when there is none or it is no JSON. */
function findDirective(prompt: string): JsonObject | null {
  const marker = prompt.indexOf('@sim');
  const from = marker === -1 ? -1 : prompt.indexOf('{', marker);
  if (from === -1) return null;
  for (let to = prompt.indexOf('}', from); to !== -1; to = prompt.indexOf('}', to + 1)) {
    const parsed = parse(prompt.slice(from, to + 1));
    if (parsed !== null) return parsed;
  }
  return null;
}

function parse(text: string): JsonObject | null {
  try {
    const value: Json = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
