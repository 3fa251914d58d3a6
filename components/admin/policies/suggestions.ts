import { vocabulary } from '@/lib/domain/policy/expression';

/** What this workspace adds to the words of a rule. */
export type KnownNames = Readonly<{
  tools: readonly { name: string; tier: number | null; args: readonly string[] }[];
  groups: readonly string[];
  agents: readonly string[];
  lookups: readonly string[];
  rotations: Readonly<Record<string, unknown>>;
  people: readonly { email: string; name: string }[];
  /** `id` as a policy names it: `C…`, or `T…/C…` where there are several workspaces. */
  channels: readonly { id: string; name: string }[];
}>;

export type Suggestion = Readonly<{ label: string; detail: string; apply?: string }>;
/** `eager`: worth showing before anything of the word is typed. */
export type Suggestions = Readonly<{ from: number; options: readonly Suggestion[]; eager: boolean }>;

const functions: readonly Suggestion[] = [
  { label: 'has', detail: 'whether a member is there', apply: 'has(' },
  { label: 'size', detail: 'of a list or a text', apply: 'size(' },
];
const methods: readonly Suggestion[] = [
  { label: 'startsWith', detail: 'of a text', apply: 'startsWith("' },
  { label: 'endsWith', detail: 'of a text', apply: 'endsWith("' },
  { label: 'contains', detail: 'of a text', apply: 'contains("' },
  { label: 'like', detail: '* stands for anything', apply: 'like("' },
  { label: 'exists', detail: 'some member is', apply: 'exists(x, ' },
  { label: 'all', detail: 'every member is', apply: 'all(x, ' },
];

/** What could stand at this place of a condition. Null: nothing that we know. */
export function suggestionsAt(text: string, at: number, names: KnownNames): Suggestions | null {
  const before = text.slice(0, at);
  const quoted = /(tool\.name|agent\.name|time\.weekday)\s*(?:==|!=|in\s*\[(?:\s*"[^"]*"\s*,)*)\s*"([^"]*)$/.exec(
    before,
  );
  if (quoted) {
    const typed = quoted[2] ?? '';
    return { from: at - typed.length, options: valuesOf(quoted[1] ?? '', names), eager: true };
  }
  const member = /"([^"]*)"?\s*$/.exec(before);
  if (member && /"[^"]*$/.test(before.replace(/"[^"]*"/g, ''))) {
    const typed = /"([^"]*)$/.exec(before)?.[1] ?? '';
    const options = names.groups.map((label) => ({ label, detail: 'group' }));
    return { from: at - typed.length, options, eager: /in\s+requester/.test(text.slice(at)) };
  }
  const word = /[A-Za-z_][\w.]*$/.exec(before)?.[0] ?? '';
  const dot = word.lastIndexOf('.');
  const [root, from] = [word.slice(0, Math.max(dot, 0)), at - (word.length - dot - 1)];
  if (dot < 0) return { from: at - word.length, options: roots, eager: false };
  if (root === 'args') return { from, options: argumentsFor(text, names), eager: true };
  if (root === 'counts') {
    return { from, options: names.lookups.map((label) => ({ label, detail: 'lookup' })), eager: true };
  }
  const members = vocabulary.flatMap(({ name, type }): Suggestion[] =>
    name.startsWith(`${root}.`) ? [{ label: name.slice(root.length + 1), detail: type }] : [],
  );
  return { from, options: members.length > 0 ? members : methods, eager: members.length > 0 };
}

const roots: readonly Suggestion[] = [
  ...new Map(
    vocabulary.map(({ name, means }) => {
      const [root = name] = name.split('.');
      return [root, { label: root, detail: name === root ? means : '' }];
    }),
  ).values(),
  ...functions,
];

function valuesOf(name: string, { tools, agents }: KnownNames): readonly Suggestion[] {
  if (name === 'agent.name') return agents.map((label) => ({ label, detail: 'agent' }));
  if (name === 'time.weekday') {
    return ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((label) => ({ label, detail: '' }));
  }
  return tools.map(({ name: label, tier }) => ({ label, detail: tier === null ? 'not described' : `tier ${tier}` }));
}

// The arguments of the functions that the condition names come first; of all functions when it names none.
function argumentsFor(text: string, { tools }: KnownNames): readonly Suggestion[] {
  const named = tools.filter(({ name }) => text.includes(`"${name}"`));
  const found = new Map<string, string>();
  for (const { name, args } of named.length > 0 ? named : tools) {
    for (const label of args) if (!found.has(label)) found.set(label, name);
  }
  return [...found].map(([label, detail]) => ({ label, detail }));
}
