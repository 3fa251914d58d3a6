'use server';

import { refresh } from 'next/cache';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import { requestContext, requirePerson } from '@/lib/auth';
import type { DocumentProblem } from '@/lib/domain/policy/document';
import { policyFromYaml } from '@/lib/domain/policy/yaml';
import { AppError } from '@/lib/errors';
import { startBacktest } from '@/lib/policies/backtest';
import {
  beginDraft,
  type DraftOutcome,
  discardDraft,
  type PublishRefusal,
  publishDraft,
  saveDraft,
  shadowDraft,
} from '@/lib/policies/drafts';
import { services } from '@/lib/services';

export type PolicyAnswer = Readonly<{
  ok: boolean;
  message: string;
  problems: readonly (DocumentProblem & { line?: number | null })[];
  revision: number | null;
}>;

const version = z.number().int().min(1);
const place = z.object({ version, revision: version });
const longestFile = 300_000;

/** Begins a draft from the policy in force, or from a file's text, and goes to it. */
export async function beginDraftAction(text: string | null): Promise<PolicyAnswer> {
  const by = await requirePerson('policies.manage');
  const given = z.string().max(longestFile).nullable().parse(text);
  const read = given === null ? null : policyFromYaml(given);
  if (read?.ok === false) return { ...refused('This is no policy yet.'), problems: read.problems };
  const draft = { document: read === null ? null : read.document, note: '' };
  const outcome = await beginDraft(services(), draft, by, await requestContext());
  if (outcome.kind !== 'done') return answerOf(outcome);
  redirect(`/policies/${outcome.version}`);
}

/** Stores a draft; the document comes as YAML, whichever way it was edited. */
export async function saveDraftAction(at: unknown, text: string, note: string): Promise<PolicyAnswer> {
  const by = await requirePerson('policies.manage');
  const read = policyFromYaml(z.string().max(longestFile).parse(text));
  if (!read.ok) return { ...refused('It cannot be saved like this.'), problems: read.problems };
  const draft = { ...place.parse(at), document: read.document, note: z.string().max(400).parse(note) };
  const outcome = await saveDraft(services(), draft, by, await requestContext());
  refresh();
  return answerOf(outcome);
}

/** Throws a draft away and goes to the list. */
export async function discardDraftAction(at: unknown): Promise<string | undefined> {
  const by = await requirePerson('policies.manage');
  const outcome = await discardDraft(services(), place.parse(at), by, await requestContext());
  if (outcome.kind !== 'done') return answerOf(outcome).message;
  redirect('/policies');
}

/** Turns the evaluation beside the policy in force on or off. */
export async function shadowDraftAction(at: unknown, on: boolean): Promise<PolicyAnswer> {
  const by = await requirePerson('policies.manage');
  const input = { ...place.parse(at), on: z.boolean().parse(on) };
  const outcome = await shadowDraft(services(), input, by, await requestContext());
  refresh();
  return answerOf(outcome);
}

/** Puts a draft in force in place of the version that it was compared with. */
export async function publishDraftAction(at: unknown, over: number | null): Promise<string | undefined> {
  const by = await requirePerson('policies.manage');
  const input = { ...place.parse(at), over: version.nullable().parse(over) };
  try {
    const outcome = await publishDraft(services(), input, by, await requestContext());
    refresh();
    if (outcome.kind === 'published') return undefined;
    if (outcome.kind === 'refused') return publishRefusalText[outcome.reason];
    return outcome.problems.map(({ path, message }) => `${path}: ${message}`).join(' · ');
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}

/** Tries a draft on past calls. */
export async function backtestAction(draft: number): Promise<string | undefined> {
  const by = await requirePerson('policies.manage');
  const input = { version: version.parse(draft), calls: 100_000 };
  const id = await startBacktest(services(), input, by, await requestContext());
  refresh();
  return id === null ? 'This is no draft any more.' : undefined;
}

const publishRefusalText: Record<PublishRefusal, string> = {
  not_a_draft: 'This is no draft any more.',
  moved: 'The draft, or the policy in force, has changed meanwhile. Look at the difference again.',
  second_person: 'You have changed this draft, so somebody else must put it in force.',
};

function answerOf(outcome: DraftOutcome): PolicyAnswer {
  switch (outcome.kind) {
    case 'done':
      return { ok: true, message: '', problems: [], revision: outcome.revision };
    case 'invalid':
      return { ...refused('It cannot be saved like this.'), problems: outcome.problems };
    case 'refused':
      return refused(
        outcome.reason === 'moved'
          ? 'Somebody else has saved this draft meanwhile. Copy your YAML, and open the page again.'
          : 'This is no draft any more.',
      );
  }
}

function refused(message: string): PolicyAnswer {
  return { ok: false, message, problems: [], revision: null };
}
