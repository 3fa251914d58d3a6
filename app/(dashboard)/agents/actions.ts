'use server';

import { refresh } from 'next/cache';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import { readJsonText, type TextPlace } from '@/components/admin/json-text';
import { archiveAgent, createAgent, restoreAgent, updateAgent } from '@/lib/agents/agents';
import { requestContext, requirePerson } from '@/lib/auth';
import { type Answer, answered } from '@/lib/people/answered';
import { services } from '@/lib/services';
import { saveTool, toolInputSchema } from '@/lib/tools/tools';

/** What an agent's form holds: plain texts, as typed. */
export type AgentDraft = Readonly<{
  name: string;
  description: string;
  kind: 'model' | 'agent';
  target: string;
  tools: string;
  systemInstruction: string;
  generationConfig: string;
  agentConfig: string;
  environment: string;
  adoptForeign: boolean;
}>;

export type AgentField = keyof AgentDraft;
export type FieldProblem = Readonly<{ message: string; place: TextPlace | null }>;
export type AgentAnswer = Readonly<{
  ok: boolean;
  message: string;
  problems: Readonly<Partial<Record<AgentField, readonly FieldProblem[]>>>;
}>;

const draftSchema = z.object({
  name: z.string().max(1000),
  description: z.string().max(10_000),
  kind: z.enum(['model', 'agent']),
  target: z.string().max(1000),
  tools: z.string().max(1_000_000),
  systemInstruction: z.string().max(300_000),
  generationConfig: z.string().max(100_000),
  agentConfig: z.string().max(100_000),
  environment: z.string().max(100_000),
  adoptForeign: z.boolean(),
});

/** Adds an agent (`saved` null) or makes a new version of one; then goes to the list. Else says what is wrong, and where. */
export async function saveAgentAction(
  saved: { id: string; version: number } | null,
  input: AgentDraft,
): Promise<AgentAnswer> {
  const by = await requirePerson('agents.manage');
  const place = z
    .object({ id: z.string().max(100), version: z.number().int() })
    .nullable()
    .parse(saved);
  const draft = draftSchema.parse(input);
  const { profile, problems, read } = profileOf(draft);
  if (Object.keys(problems).length > 0) return { ok: false, message: '', problems };
  const agent = { name: draft.name, description: draft.description, adoptForeign: draft.adoptForeign, profile };
  const context = await requestContext();
  const outcome =
    place === null
      ? await createAgent(services(), agent, by, context)
      : await updateAgent(services(), place.id, place.version, agent, by, context);
  if (outcome.kind === 'refused') {
    return outcome.reason === 'name_taken'
      ? { ok: false, message: '', problems: { name: [{ message: outcome.message, place: null }] } }
      : { ok: false, message: outcome.message, problems: {} };
  }
  if (outcome.kind === 'invalid') {
    const found: Partial<Record<AgentField, FieldProblem[]>> = {};
    for (const problem of outcome.problems) {
      const [head, ...rest] = problem.path;
      const field = fieldOf[String(head)] ?? 'name';
      const text = read[field];
      const where = text === undefined ? null : text.placeOf(rest);
      found[field] = [...(found[field] ?? []), { message: problem.message, place: where }];
    }
    return { ok: false, message: '', problems: found };
  }
  redirect('/agents');
}

/** Puts an agent away, or brings it back. */
export async function setArchivedAction(agentId: string, archived: boolean): Promise<Answer> {
  const by = await requirePerson('agents.manage');
  const [id, wanted] = [z.string().max(100).parse(agentId), z.boolean().parse(archived)];
  const context = await requestContext();
  const answer = await answered(
    () => (wanted ? archiveAgent : restoreAgent)(services(), id, by, context),
    wanted ? 'The agent is archived.' : 'The agent is in use again.',
  );
  refresh();
  return answer;
}

export type ToolAnswer = Readonly<{
  ok: boolean;
  message: string;
  version: number;
  errors: Readonly<Record<string, string>>;
}>;

/** Describes a function; `version` is the one that the form was filled from. */
export async function saveToolAction(version: number, input: unknown): Promise<ToolAnswer> {
  const by = await requirePerson('agents.manage');
  const base = z.number().int().min(0).parse(version);
  const read = toolInputSchema.safeParse(input);
  if (!read.success) {
    const errors = Object.fromEntries(read.error.issues.map((issue) => [String(issue.path[0]), issue.message]));
    return { ok: false, message: '', version: base, errors };
  }
  const outcome = await saveTool(services(), read.data, base, by, await requestContext());
  refresh();
  if (outcome.kind === 'refused') return { ok: false, message: outcome.message, version: base, errors: {} };
  return { ok: true, message: 'Saved. It counts for calls from now on.', version: outcome.version, errors: {} };
}

const fieldOf: Readonly<Record<string, AgentField>> = {
  name: 'name',
  description: 'description',
  model: 'target',
  agent_id: 'target',
  tools: 'tools',
  system_instruction: 'systemInstruction',
  generation_config: 'generationConfig',
  agent_config: 'agentConfig',
  environment: 'environment',
};

type ReadText = Extract<ReturnType<typeof readJsonText>, { ok: true }>;

function profileOf(draft: AgentDraft) {
  const problems: Partial<Record<AgentField, FieldProblem[]>> = {};
  const read: Partial<Record<AgentField, ReadText>> = {};
  const json = (field: 'tools' | 'generationConfig' | 'agentConfig' | 'environment'): unknown => {
    if (draft[field].trim() === '') return undefined;
    const text = readJsonText(draft[field]);
    if (!text.ok) {
      problems[field] = [{ message: text.message, place: text.place }];
      return undefined;
    }
    read[field] = text;
    return text.value;
  };
  const target = draft.target.trim();
  if (draft.name.trim() === '') problems.name = [{ message: 'Give a name.', place: null }];
  if (target === '') problems.target = [{ message: 'Say which model or agent runs.', place: null }];
  const members = {
    ...(draft.kind === 'model' ? { model: target } : { agent_id: target }),
    tools: json('tools'),
    system_instruction: draft.systemInstruction.trim() === '' ? undefined : draft.systemInstruction,
    generation_config: json('generationConfig'),
    agent_config: json('agentConfig'),
    environment: json('environment'),
  };
  const profile = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
  return { profile, problems, read };
}
