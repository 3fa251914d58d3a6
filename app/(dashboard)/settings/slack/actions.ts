'use server';

import { refresh } from 'next/cache';
import { z } from 'zod';
import { requestContext, requirePerson } from '@/lib/auth';
import { type Answer, answered } from '@/lib/people/answered';
import { personColumns, toPerson } from '@/lib/people/store';
import { services } from '@/lib/services';
import { installationById } from '@/lib/slack/installations';
import { linkAccount, unlink } from '@/lib/slack/linking';
import { connectByToken } from '@/lib/slack/oauth';
import { checkInstallation, chooseAgentChannel, chooseChannel, disconnect, sendTest } from '@/lib/slack/overview';
import { changeSlackOptions, saveSlackApp, slackOptionsSchema } from '@/lib/slack/settings';

const id = z.string().min(1).max(100);
const secret = z.string().trim().max(300);

/** Keeps the Slack app's ids and secrets; an empty field stays as it is. */
export async function saveAppAction(_previous: Answer | null, form: FormData): Promise<Answer> {
  const by = await requirePerson('settings.manage');
  const read = (name: string) => {
    const parsed = secret.safeParse(form.get(name) ?? '');
    return parsed.success && parsed.data !== '' ? parsed.data : undefined;
  };
  const signingSecret = read('signingSecret');
  if (signingSecret !== undefined && signingSecret.length < 16)
    return { ok: false, message: 'A signing secret is longer than that. Copy it whole.' };
  const given = {
    appId: read('appId'),
    clientId: read('clientId'),
    clientSecret: read('clientSecret'),
    signingSecret,
  };
  const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  if (Object.keys(changes).length === 0) return { ok: false, message: 'Nothing was given.' };
  const context = await requestContext();
  const answer = await answered(async () => {
    await saveSlackApp(services(), changes, by, context);
    return undefined;
  }, 'Saved');
  refresh();
  return answer;
}

/** Connects a workspace by its bot token. */
export async function connectAction(_previous: Answer | null, form: FormData): Promise<Answer> {
  const by = await requirePerson('settings.manage');
  const token = secret.parse(form.get('token') ?? '');
  const context = await requestContext();
  const answer = await answered(() => connectByToken(services(), token, by, context));
  refresh();
  return answer;
}

/** Chooses the default channel of a workspace; an empty one takes it away. */
export async function channelAction(_previous: Answer | null, form: FormData): Promise<Answer> {
  const by = await requirePerson('settings.manage');
  const channel = secret.parse(form.get('channel') ?? '');
  const context = await requestContext();
  const answer = await answered(() =>
    chooseChannel(services(), id.parse(form.get('installation')), channel === '' ? null : channel, by, context),
  );
  refresh();
  return answer;
}

/** Gives an agent a channel of its own; an empty one takes it away. */
export async function agentChannelAction(_previous: Answer | null, form: FormData): Promise<Answer> {
  const by = await requirePerson('settings.manage');
  const channel = secret.parse(form.get('channel') ?? '');
  const context = await requestContext();
  const answer = await answered(() =>
    chooseAgentChannel(services(), id.parse(form.get('agent')), channel === '' ? null : channel, by, context),
  );
  refresh();
  return answer;
}

/** Does one thing about a workspace. */
export async function workspaceAction(what: 'check' | 'test' | 'disconnect', installation: string): Promise<Answer> {
  const by = await requirePerson('settings.manage');
  const which = id.parse(installation);
  const context = await requestContext();
  const answer = await answered(() => {
    switch (z.enum(['check', 'test', 'disconnect']).parse(what)) {
      case 'check':
        return checkInstallation(services(), which, by);
      case 'test':
        return sendTest(services(), which, by);
      case 'disconnect':
        return disconnect(services(), which, by, context);
    }
  });
  refresh();
  return answer;
}

/** Changes what holds for Slack in the whole workspace. */
export async function optionsAction(changes: unknown): Promise<Answer> {
  const by = await requirePerson('settings.manage');
  const read = z.object(slackOptionsSchema.shape).partial().safeParse(changes);
  if (!read.success) return { ok: false, message: 'Give domains like example.com, separated by spaces.' };
  const { emailMatch, emailDomains, hideArguments, tiers } = read.data;
  const wanted = {
    ...(emailMatch === undefined ? {} : { emailMatch }),
    ...(emailDomains === undefined ? {} : { emailDomains }),
    ...(hideArguments === undefined ? {} : { hideArguments }),
    ...(tiers === undefined ? {} : { tiers }),
  };
  const given = Object.keys(typeof changes === 'object' && changes !== null ? changes : {});
  const context = await requestContext();
  const answer = await answered(async () => {
    // Partial schemas with defaults fill in what was not given.
    const only = Object.fromEntries(Object.entries(wanted).filter(([key]) => given.includes(key)));
    await changeSlackOptions(services(), only, by, context);
    return undefined;
  }, 'Saved');
  refresh();
  return answer;
}

/** Takes a link away: one's own, or anybody's for an admin. */
export async function unlinkAction(link: string): Promise<Answer> {
  const by = await requirePerson();
  const context = await requestContext();
  const answer = await answered(async () => {
    await unlink(services(), id.parse(link), by, context);
    return undefined;
  }, 'Unlinked');
  refresh();
  return answer;
}

/** An admin says whose a Slack account is. */
export async function mapAction(_previous: Answer | null, form: FormData): Promise<Answer> {
  const by = await requirePerson('people.manage');
  const all = services();
  const input = z
    .object({
      installation: id,
      slackUserId: z
        .string()
        .trim()
        .regex(/^[UW][A-Z0-9]{2,30}$/),
      email: z.string().trim().toLowerCase().max(254),
    })
    .safeParse(Object.fromEntries(form));
  if (!input.success)
    return { ok: false, message: 'Give a Slack member id, which begins with U, and a person’s address.' };
  const { installation: which, slackUserId, email } = input.data;
  const [installation, row] = await Promise.all([
    installationById(all, which),
    all.db.prisma.user.findUnique({ where: { email }, select: personColumns }),
  ]);
  if (installation === null) return { ok: false, message: 'This workspace is not connected any more.' };
  if (row === null) return { ok: false, message: 'Nobody here has this address.' };
  const context = await requestContext();
  const answer = await answered(
    () =>
      linkAccount(all, {
        installation,
        scopeId: installation.teamId ?? installation.enterpriseId ?? '',
        slackUserId,
        person: toPerson(row, all.now()),
        method: 'admin',
        by,
        context,
      }),
    'Linked',
  );
  refresh();
  return answer;
}
