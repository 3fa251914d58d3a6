import {
  type ASTNode,
  TypeError as CelTypeError,
  Environment,
  EvaluationError,
  ParseError,
} from '@marcbachmann/cel-js';
import type { Json, JsonObject } from '../json';

/** What is wrong with an expression, and where in its text. */
export type ExpressionProblem = Readonly<{ message: string; from: number; to: number }>;

/** What an expression may ask of: the call, who made it for whom, when, and what went before. */
export type Variables = Readonly<{
  tool: { name: string; known: boolean; tier: bigint };
  args: JsonObject;
  agent: { name?: string };
  run: { origin: string; metadata: JsonObject };
  requester: { text?: string; known: boolean; verified: boolean; email?: string; groups?: readonly string[] };
  time: { hour: bigint; minute: bigint; weekday: string; date: string; at: Date };
  counts: Readonly<Record<string, number>>;
}>;

export type Expression = Readonly<{
  /** True or false, or why it is neither. Never throws. */
  evaluate: (variables: Variables, weight: Weight) => boolean | ExpressionProblem;
}>;

/** How much there is to look through in what an agent sent. */
export type Weight = Readonly<{ values: number; characters: number }>;

/** What a name stands for, for the editor and for whoever asks what can be written. */
export const vocabulary = [
  { name: 'tool.name', type: 'string', means: 'the function that is called' },
  { name: 'tool.known', type: 'bool', means: 'somebody has described it here' },
  { name: 'tool.tier', type: 'int', means: 'its tier, 0 to 4; 2 when nobody has described it' },
  { name: 'args', type: 'map', means: 'its arguments' },
  { name: 'agent.name', type: 'string', means: 'the agent; missing for a run without one' },
  { name: 'run.origin', type: 'string', means: 'started, registered or adopted' },
  { name: 'run.metadata', type: 'map', means: 'what the run was started with' },
  {
    name: 'requester.text',
    type: 'string',
    means: 'who asked, as the starter of the run wrote it; missing when nobody',
  },
  { name: 'requester.known', type: 'bool', means: 'it names a person here' },
  { name: 'requester.verified', type: 'bool', means: 'that person started the run with their own key' },
  { name: 'requester.email', type: 'string', means: 'of that person; missing when not known' },
  { name: 'requester.groups', type: 'list', means: 'of that person; missing when not known' },
  { name: 'time.hour', type: 'int', means: '0 to 23, in the time zone of the policy' },
  { name: 'time.minute', type: 'int', means: '0 to 59' },
  { name: 'time.weekday', type: 'string', means: 'mon, tue, wed, thu, fri, sat or sun' },
  { name: 'time.date', type: 'string', means: '2026-03-02, in the time zone of the policy' },
  { name: 'time.at', type: 'timestamp', means: 'the instant' },
  { name: 'counts', type: 'map', means: 'the policy’s lookups by their names' },
] as const;

// Enough for any rule that a person can read; an expression beyond it is refused when it is read.
const limits = { maxAstNodes: 500, maxDepth: 40, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 8 };
// Steps that one evaluation may cost, so that what an agent sends cannot hold up a worker.
const mostSteps = 2_000_000;
const loops: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
// `matches` runs JavaScript's regular expressions, which can take for ever on a text of an agent's choosing; `bind` can
// double a value with each use.
const refused: Readonly<Record<string, string>> = {
  matches: 'matches() is not available: use like("…*"), startsWith, endsWith or contains',
  bind: 'cel.bind() is not available',
};

const base = new Environment({ unlistedVariablesAreDyn: false, limits })
  .registerVariable({ name: 'tool', schema: { name: 'string', known: 'bool', tier: 'int' } })
  .registerVariable('args', 'map<string, dyn>')
  .registerVariable({ name: 'agent', schema: { name: 'string' } })
  .registerVariable({ name: 'run', schema: { origin: 'string', metadata: 'map<string, dyn>' } })
  .registerVariable({
    name: 'requester',
    schema: { text: 'string', known: 'bool', verified: 'bool', email: 'string', groups: 'list<string>' },
  })
  .registerVariable({
    name: 'time',
    schema: { hour: 'int', minute: 'int', weekday: 'string', date: 'string', at: 'google.protobuf.Timestamp' },
  })
  .registerFunction('string.like(string): bool', like);

export type Language = Readonly<{
  /** Reads an expression; what cannot be a condition is a problem with its place. */
  read: (text: string) => Expression | ExpressionProblem;
}>;

/** The language of a policy: CEL over the variables above and the policy's own lookups. */
export function languageWith(lookups: readonly string[]): Language {
  const environment = base.clone();
  if (lookups.length === 0) environment.registerVariable('counts', 'map<string, double>');
  else {
    const schema = Object.fromEntries(lookups.map((lookup) => [lookup, 'double' as const]));
    environment.registerVariable({ name: 'counts', schema });
  }
  return { read: (text) => read(environment, text) };
}

export function isProblem(value: Expression | ExpressionProblem | boolean): value is ExpressionProblem {
  return typeof value === 'object' && 'message' in value;
}

/** How much there is in these values, as the bound of an evaluation counts it. */
export function weigh(...values: readonly Json[]): Weight {
  let count = 0;
  let characters = 0;
  const queue: Json[] = [...values];
  for (let value = queue.pop(); value !== undefined; value = queue.pop()) {
    count += 1;
    if (typeof value === 'string') characters += value.length;
    else if (value !== null && typeof value === 'object') {
      for (const member of Object.values(value)) queue.push(member as Json);
    }
  }
  return { values: count, characters };
}

function read(environment: Environment, text: string): Expression | ExpressionProblem {
  try {
    const parsed = environment.parse(text);
    const checked = parsed.check();
    if (!checked.valid) return problemOf(checked.error, text);
    const forbidden = findRefused(parsed.ast);
    if (forbidden) return forbidden;
    if (checked.type !== 'bool' && checked.type !== 'dyn') {
      return { message: `A condition is true or false; this is ${checked.type}`, from: 0, to: text.length };
    }
    const depth = loopDepth(parsed.ast);
    return {
      evaluate: (variables, weight) => {
        if (depth > 0 && weight.values ** depth * (1 + weight.characters / 1000) > mostSteps) {
          return { message: 'The arguments are too large to be looked through', from: 0, to: text.length };
        }
        try {
          const value: unknown = parsed(variables);
          if (typeof value === 'boolean') return value;
          return { message: 'It came out as neither true nor false', from: 0, to: text.length };
        } catch (error) {
          return problemOf(error, text);
        }
      },
    };
  } catch (error) {
    return problemOf(error, text);
  }
}

function problemOf(error: unknown, text: string): ExpressionProblem {
  const known = error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError;
  if (!known) return { message: 'It could not be evaluated', from: 0, to: text.length };
  const from = Math.min(error.range?.start ?? 0, text.length);
  return { message: error.summary, from, to: Math.min(Math.max(error.range?.end ?? text.length, from), text.length) };
}

function findRefused(node: ASTNode): ExpressionProblem | null {
  const called = node.op === 'rcall' || node.op === 'call' ? node.args[0] : null;
  if (called !== null && Object.hasOwn(refused, called)) {
    return { message: refused[called] ?? '', from: node.start, to: node.end };
  }
  for (const child of childrenOf(node)) {
    const found = findRefused(child);
    if (found) return found;
  }
  return null;
}

function loopDepth(node: ASTNode): number {
  if (node.op === 'rcall' && loops.has(node.args[0])) {
    const [, over, body] = node.args;
    return Math.max(loopDepth(over), 1 + deepest(body));
  }
  return deepest(childrenOf(node));
}

function deepest(nodes: readonly ASTNode[]): number {
  return nodes.reduce((most, node) => Math.max(most, loopDepth(node)), 0);
}

function childrenOf(node: ASTNode): readonly ASTNode[] {
  const found: ASTNode[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === 'object' && value !== null && 'op' in value) found.push(value as ASTNode);
  };
  collect(node.args);
  return found;
}

/** Whether a text is like a pattern: `*` stands for any characters, everything else for itself. Linear but for its stars. */
function like(text: string, pattern: string): boolean {
  const parts = pattern.split('*');
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return text === pattern;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
