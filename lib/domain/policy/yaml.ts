import { Document, LineCounter, parseDocument, visit } from 'yaml';
import { type DocumentProblem, type ParsedPolicy, type PolicyDocument, parsePolicy } from './document';

const opening = ` A policy of Countersign. The first rule whose \`when\` is true decides; when none is, people do.
 \`when\` is CEL (cel.dev) on tool, args, agent, run, requester, time and counts.`;

/** A policy as a file for people and for Git: what stands at its default is left out, so that a diff shows what was meant. */
export function policyToYaml(document: PolicyDocument): string {
  const file = new Document(withoutDefaults(document));
  file.commentBefore = opening;
  visit(file, {
    Scalar(key, node) {
      // Conditions are full of quotes and colons: on lines of their own nothing in them has to be escaped.
      if (key !== 'key' && typeof node.value === 'string' && /["\\]|: /.test(node.value)) node.type = 'BLOCK_FOLDED';
    },
  });
  return file.toString({ lineWidth: 0 });
}

export type YamlPolicy =
  | { ok: true; document: PolicyDocument }
  | { ok: false; problems: readonly (DocumentProblem & { line: number | null })[] };

/** Reads a policy from a file. Problems name their line. Aliases are not followed, so a small file stays small. */
export function policyFromYaml(text: string): YamlPolicy {
  const lines = new LineCounter();
  const file = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  if (file.errors.length > 0) {
    return {
      ok: false,
      problems: file.errors.map(({ message, pos }) => ({ path: '', message, line: lines.linePos(pos[0]).line })),
    };
  }
  let value: unknown;
  try {
    value = file.toJS({ maxAliasCount: 0 });
  } catch {
    return { ok: false, problems: [{ path: '', message: 'Aliases are not allowed here', line: null }] };
  }
  const parsed: ParsedPolicy = parsePolicy(value);
  if (parsed.ok) return parsed;
  return {
    ok: false,
    problems: parsed.problems.map((problem) => ({ ...problem, line: lineOf(file, lines, problem.path) })),
  };
}

function lineOf(file: ReturnType<typeof parseDocument>, lines: LineCounter, path: string): number | null {
  const keys = path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  for (let length = keys.length; length > 0; length--) {
    const node: unknown = file.getIn(keys.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      const [start] = node.range as readonly unknown[];
      if (typeof start === 'number') return lines.linePos(start).line;
    }
  }
  return null;
}

const usual: Readonly<Record<string, unknown>> = {
  description: '',
  lookups: {},
  rotations: {},
  tests: [],
  groups: [],
  people: [],
  rejections: 1,
  onTimeout: 'reject',
  escalate: [],
  hideArgumentsInSlack: false,
  blindSecondReview: false,
  unknownTools: 'review',
  next: 'stop',
  metadata: {},
  counts: {},
  verified: false,
  of: 'asked',
  within: 'everything',
};

// What a call is given, and what a test expects of groups, is never at a default: it is what the test is about.
const kept: ReadonlySet<string> = new Set(['args', 'expect', 'metadata']);

function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]): [string, unknown][] => {
      if (member === undefined) return [];
      if (Object.hasOwn(usual, key) && JSON.stringify(usual[key]) === JSON.stringify(member)) return [];
      return [[key, kept.has(key) ? member : withoutDefaults(member)]];
    }),
  );
}
