'use server';

import { refresh } from 'next/cache';
import { z } from 'zod';
import { requestContext, requirePerson } from '@/lib/auth';
import { AppError } from '@/lib/errors';
import { type Answer, answered } from '@/lib/people/answered';
import { changeRetention, previewRetention, type RetentionCounts } from '@/lib/retention/rules';
import { services } from '@/lib/services';
import { changeSettings, settingsChangeSchema } from '@/lib/settings/change';
import {
  checkWebhook,
  enableWebhook,
  forgetWebhook,
  pingWebhook,
  registerWebhook,
  rotateSecret,
} from '@/lib/settings/gemini-webhook';

/** Changes one or more settings of the workspace. */
export async function changeSettingsAction(changes: unknown): Promise<Answer> {
  const by = await requirePerson('settings.manage');
  const read = settingsChangeSchema.safeParse(changes);
  if (!read.success) return { ok: false, message: 'That is no value for this setting.' };
  const context = await requestContext();
  const answer = await answered(async () => {
    await changeSettings(services(), read.data, by, context);
    return undefined;
  }, 'Saved');
  refresh();
  return answer;
}

/** How much rules of retention would erase, before they are set. */
export async function previewRetentionAction(
  rules: unknown,
): Promise<{ ok: true; counts: RetentionCounts } | { ok: false; message: string }> {
  const by = await requirePerson('settings.manage');
  try {
    return { ok: true, counts: await previewRetention(services(), rules, by) };
  } catch (error) {
    if (error instanceof AppError) return { ok: false, message: error.message };
    throw error;
  }
}

/** Sets the rules of retention. */
export async function changeRetentionAction(rules: unknown): Promise<Answer> {
  const by = await requirePerson('settings.manage');
  const context = await requestContext();
  const answer = await answered(() => changeRetention(services(), rules, by, context), 'Saved');
  refresh();
  return answer;
}

/** Registers our address at Gemini. */
export async function registerWebhookAction(): Promise<Answer> {
  const by = await requirePerson('settings.manage');
  const context = await requestContext();
  const answer = await answered(() => registerWebhook(services(), by, context));
  refresh();
  return answer;
}

const acts = {
  check: checkWebhook,
  enable: enableWebhook,
  rotate: rotateSecret,
  forget: forgetWebhook,
  ping: pingWebhook,
};

/** One of the things to do about a registered webhook. */
export async function webhookAction(act: keyof typeof acts, webhookId: string): Promise<Answer> {
  const by = await requirePerson('settings.manage');
  const [wanted, id] = [
    z.enum(['check', 'enable', 'rotate', 'forget', 'ping']).parse(act),
    z.string().max(300).parse(webhookId),
  ];
  const context = await requestContext();
  const answer = await answered(() => acts[wanted](services(), id, by, context));
  refresh();
  return answer;
}
