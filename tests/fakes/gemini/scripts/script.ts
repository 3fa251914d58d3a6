import type { FunctionTool, JsonObject, Step } from '../wire';
import type { AnsweredCall } from './outcomes';

export type PlannedCall = { name: string; arguments: JsonObject; id?: string };

/** What the model does in one turn. With calls it pauses, without them it ends, unless `status` says otherwise. */
export type Turn = {
  thought?: string;
  /** Steps that come finished: an agent's own tools together with their results. */
  builtIn?: Step[];
  /** Text of the model; before the calls when there are any. */
  text?: string;
  calls?: PlannedCall[];
  /** Calls of the previous turn that stay open; they are made again under their old ids. */
  repeated?: PlannedCall[];
  status?: string;
  errors?: { code: string; message: string }[];
  delayMs?: number;
  /** What the script wants to know when the chain goes on. Each branch continues from its own copy. */
  memory?: JsonObject;
};

export type TurnContext = {
  /** The text with which the chain began, or with which a person last continued it. */
  prompt: string;
  /** Whether this request brought new text. */
  isNewPrompt: boolean;
  agent: string | null;
  agentConfig: JsonObject;
  /** The functions that this very request declared: nothing is inherited from earlier ones. */
  functions: FunctionTool[];
  answered: AnsweredCall[];
  memory: JsonObject;
};

/** One believable agent. `begins` is asked in the first turn only; later turns stay with the script that began. */
export type Script = {
  name: string;
  begins(context: TurnContext): boolean;
  play(context: TurnContext): Turn;
};

export function declares(context: TurnContext, ...names: string[]): boolean {
  return names.every((name) => context.functions.some((tool) => tool.name === name));
}
