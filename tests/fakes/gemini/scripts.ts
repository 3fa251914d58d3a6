import { anyFunction } from './scripts/any-function';
import { deployments } from './scripts/deployments';
import { directive } from './scripts/directive';
import { mail } from './scripts/mail';
import { records } from './scripts/records';
import { refunds } from './scripts/refunds';
import { researchPlan } from './scripts/research-plan';
import { sandbox } from './scripts/sandbox';
import type { Script, Turn, TurnContext } from './scripts/script';
import { ticketClosing } from './scripts/ticket-closing';

/** Plays one turn; `script` names the one that began the chain, or is null in its first turn. */
export type Actors = { play(script: string | null, context: TurnContext): { script: string; turn: Turn } };

// The first that begins wins; the last always does.
const cast: Script[] = [
  directive,
  researchPlan,
  sandbox,
  ticketClosing,
  deployments,
  records,
  mail,
  refunds,
  anyFunction,
];

/** `enabled` limits the agents to the named ones; directives and the one for any function are always there. */
export function createActors(enabled: readonly string[] | null): Actors {
  const unknown = enabled?.find((name) => !cast.some((script) => script.name === name));
  if (unknown !== undefined)
    throw new Error(`there is no scripted agent "${unknown}"; known: ${cast.map(({ name }) => name).join(', ')}`);
  const always = new Set([directive.name, anyFunction.name]);
  const scripts = cast.filter(({ name }) => enabled === null || always.has(name) || enabled.includes(name));

  return {
    play(name, context) {
      const script = scripts.find((one) => (name === null ? one.begins(context) : one.name === name)) ?? anyFunction;
      const turn = script.play(context);
      return { script: script.name, turn: name === null ? turn : withoutUndeclaredCalls(turn, context) };
    },
  };
}

/**
 * Tools are not inherited: a continued turn can only call what its own request declares. Without any declaration the
 * model's attempt to call breaks the turn, as it does live.
 */
function withoutUndeclaredCalls(turn: Turn, context: TurnContext): Turn {
  const calls = turn.calls ?? [];
  const undeclared = calls.filter(({ name }) => !context.functions.some((tool) => tool.name === name));
  if (undeclared.length === 0) return turn;
  if (context.functions.length === 0)
    return {
      status: 'failed',
      errors: [{ code: 'invalid_request', message: 'The model produced a function call with invalid JSON syntax.' }],
    };
  const declared = calls.filter((call) => !undeclared.includes(call));
  const names = undeclared.map(({ name }) => name).join(', ');
  return declared.length > 0
    ? { ...turn, calls: declared }
    : { thought: 'The tool is missing.', text: `I would have called ${names}, but it is not available to me.` };
}
