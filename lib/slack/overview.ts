import { appendAudit } from '@/lib/audit/append';
import type { AuditContext } from '@/lib/domain/audit';
import type { Person } from '@/lib/domain/person';
import { actorOf, demand } from '@/lib/people/people';
import type { Services } from '@/lib/services';
import { literal } from './blocks/text';
import { checkChannel } from './channels';
import { destinations } from './destinations';
import { failureText } from './failure-text';
import { failureOf } from './failures';
import { activeInstallations, clientsFor, endInstallation, installationById, wantedScopes } from './installations';
import { refreshInstallation, tryChannelAgain } from './refresh';
import { type SlackOptions, slackAppSettings, slackOptions } from './settings';

type OverviewServices = Pick<Services, 'db' | 'env' | 'secrets' | 'now'>;

export type InstallationView = Readonly<{
  id: string;
  workspace: string;
  place: string;
  source: string;
  status: string;
  message: string | null;
  missingScopes: readonly { scope: string; without: string }[];
  checkedAt: Date | null;
  lastEventAt: Date | null;
  lastClickAt: Date | null;
  lastDeliveryAt: Date | null;
  clockSkewMs: number | null;
  channel: Readonly<{
    id: string;
    name: string | null;
    member: boolean | null;
    private: boolean | null;
    shared: boolean | null;
    archived: boolean | null;
    problem: string | null;
    checkedAt: Date | null;
  }> | null;
  waiting: number;
  lost: number;
}>;

export type SlackOverview = Readonly<{
  transport: 'http' | 'socket';
  signingSecret: 'environment' | 'settings' | null;
  botToken: boolean;
  appId: string | null;
  clientId: string | null;
  clientSecret: boolean;
  options: SlackOptions;
  installations: readonly InstallationView[];
}>;

/** Everything that the settings page of Slack shows; secrets only as being there or not. */
export async function slackOverview(services: OverviewServices, by: Person): Promise<SlackOverview> {
  demand(by, 'settings.manage');
  const { prisma } = services.db;
  const { slack } = services.env;
  const [app, options, rows] = await Promise.all([
    slackAppSettings(services),
    slackOptions(prisma),
    prisma.slackInstallation.findMany({ orderBy: { createdAt: 'asc' }, include: { channels: true } }),
  ]);
  const installations = await Promise.all(
    rows.map(async (row): Promise<InstallationView> => {
      const [waiting, lost] = await Promise.all([
        prisma.slackMessage.count({ where: { installationId: row.id, failingSince: { not: null }, settled: false } }),
        prisma.slackMessage.count({
          where: { installationId: row.id, state: { in: ['lost', 'broken'] }, approval: { status: 'pending' } },
        }),
      ]);
      const channel = row.channels.find(({ id }) => id === row.defaultChannel);
      return {
        id: row.id,
        workspace: row.teamName,
        place: row.teamId ?? row.enterpriseId ?? '',
        source: row.source,
        status: row.status,
        message: row.message,
        missingScopes: wantedScopes.filter(({ scope }) => !row.scopes.includes(scope)),
        checkedAt: row.checkedAt,
        lastEventAt: row.lastEventAt,
        lastClickAt: row.lastClickAt,
        lastDeliveryAt: row.lastDeliveryAt,
        clockSkewMs: row.clockSkewMs,
        channel:
          row.defaultChannel === null
            ? null
            : {
                id: row.defaultChannel,
                name: channel?.name ?? null,
                member: channel?.member ?? null,
                private: channel?.private ?? null,
                shared: channel?.shared ?? null,
                archived: channel?.archived ?? null,
                problem: channel?.problem ?? null,
                checkedAt: channel?.checkedAt ?? null,
              },
        waiting,
        lost,
      };
    }),
  );
  return {
    transport: slack.appToken === null ? 'http' : 'socket',
    signingSecret: slack.signingSecrets.length > 0 ? 'environment' : app.signingSecret ? 'settings' : null,
    botToken: slack.botToken !== null,
    appId: app.appId,
    clientId: app.clientId,
    clientSecret: app.clientSecret !== null,
    options,
    installations,
  };
}

export type OverviewOutcome = { kind: 'done'; message: string } | { kind: 'refused'; message: string };

/** Asks Slack anew about an installation: its token, its scopes, its channel, our clock against theirs. */
export async function checkInstallation(services: OverviewServices, id: string, by: Person): Promise<OverviewOutcome> {
  demand(by, 'settings.manage');
  const outcome = await refreshInstallation(services, id);
  switch (outcome.kind) {
    case 'gone':
      return refused('This workspace is not connected any more.');
    case 'failed':
      return refused(failureText(outcome.error));
    case 'refreshed':
      return { kind: 'done', message: 'Slack answers.' };
  }
}

/** Chooses the channel for approvals whose agent has none of its own; null: ask people one by one. */
export async function chooseChannel(
  services: OverviewServices,
  id: string,
  channel: string | null,
  by: Person,
  context: AuditContext,
): Promise<OverviewOutcome> {
  demand(by, 'settings.manage');
  if (channel !== null && !/^[CG][A-Z0-9]{8,30}$/.test(channel))
    return refused(
      `${named(channel)} is not the id of a channel. One begins with C, has at least nine capitals and digits, and stands at the end of the channel’s details in Slack.`,
    );
  const installation = await installationById(services, id);
  if (installation === null) return refused('This workspace is not connected any more.');
  if (channel !== null) {
    const state = await checkChannel(services, installation, channel, { fresh: true });
    if (state.problem !== null) return refused(`${channel}: ${state.problem}`);
    await tryChannelAgain(services, id, channel);
  }
  await services.db.prisma.$transaction(async (tx) => {
    await tx.slackInstallation.update({ where: { id }, data: { defaultChannel: channel } });
    await appendAudit(tx, services.now(), {
      action: 'setting.changed',
      actor: actorOf(by),
      targets: [{ type: 'slack', id, name: installation.teamName }],
      context,
      facts: { setting: 'Slack’s default channel', from: installation.defaultChannel ?? 'none', to: channel ?? 'none' },
    });
  });
  return {
    kind: 'done',
    message: channel === null ? 'People are asked one by one now.' : 'Approvals go there from now on.',
  };
}

function named(typed: string): string {
  return `“${typed.slice(0, 40)}”`;
}

export type AgentChannel = Readonly<{ id: string; name: string; channel: string | null }>;

/** Agents with the channel of their own, if they have one. */
export async function agentChannels(services: OverviewServices, by: Person): Promise<readonly AgentChannel[]> {
  demand(by, 'settings.manage');
  const rows = await services.db.prisma.agent.findMany({
    where: { archivedAt: null },
    orderBy: { name: 'asc' },
    take: 200,
    select: { id: true, name: true, slackChannel: true },
  });
  return rows.map(({ id, name, slackChannel }) => ({ id, name, channel: slackChannel }));
}

/** Sends an agent's approvals to a channel of its own: `C…`, or `T…/C…` where several workspaces are connected; null: the default. */
export async function chooseAgentChannel(
  services: OverviewServices,
  agentId: string,
  channel: string | null,
  by: Person,
  context: AuditContext,
): Promise<OverviewOutcome> {
  demand(by, 'settings.manage');
  if (channel !== null) {
    const isId = /^(?:[TE][A-Z0-9]+\/)?[CG][A-Z0-9]{8,30}$/.test(channel);
    const [place] = isId ? destinations(await activeInstallations(services), channel, { orDefault: false }) : [];
    if (place === undefined)
      return refused(
        `${named(channel)} is not the id of a channel here. Give C… with at least nine capitals and digits, or T…/C… with the workspace before it.`,
      );
    const state = await checkChannel(services, place.installation, place.channel, { fresh: true });
    if (state.problem !== null) return refused(`${channel}: ${state.problem}`);
  }
  return services.db.prisma.$transaction(async (tx): Promise<OverviewOutcome> => {
    const agent = await tx.agent.findUnique({ where: { id: agentId }, select: { name: true, slackChannel: true } });
    if (agent === null) return refused('This agent is not here any more.');
    await tx.agent.update({ where: { id: agentId }, data: { slackChannel: channel } });
    await appendAudit(tx, services.now(), {
      action: 'setting.changed',
      actor: actorOf(by),
      targets: [{ type: 'agent', id: agentId, name: agent.name }],
      context,
      facts: { setting: 'the agent’s Slack channel', from: agent.slackChannel ?? 'default', to: channel ?? 'default' },
    });
    return { kind: 'done', message: 'Saved' };
  });
}

/** Posts a line to the default channel, to see that it arrives. It is no approval. */
export async function sendTest(services: OverviewServices, id: string, by: Person): Promise<OverviewOutcome> {
  demand(by, 'settings.manage');
  const installation = await installationById(services, id);
  if (installation === null) return refused('This workspace is not connected any more.');
  if (installation.defaultChannel === null) return refused('Choose a channel first.');
  try {
    await clientsFor(services, installation).delivery.chat.postMessage({
      channel: installation.defaultChannel,
      text: 'A test from Countersign. Requests for approval will appear here.',
      blocks: [
        {
          type: 'section',
          block_id: 'text',
          text: literal(
            'A test from Countersign. Requests for approval will appear here. Press the button to see that clicks arrive.',
            300,
          ),
        },
        {
          type: 'actions',
          block_id: 'bar',
          elements: [
            { type: 'button', action_id: 'test.click', text: { type: 'plain_text', text: 'Test', emoji: false } },
          ],
        },
      ],
      unfurl_links: false,
      unfurl_media: false,
    });
    return { kind: 'done', message: 'Sent. Press the button in Slack to see that clicks arrive.' };
  } catch (error) {
    return refused(failureText(failureOf(error).error));
  }
}

/** Lets go of a workspace: its token is erased here. At Slack the app stays until somebody removes it. */
export async function disconnect(
  services: OverviewServices,
  id: string,
  by: Person,
  context: AuditContext,
): Promise<OverviewOutcome> {
  demand(by, 'settings.manage');
  await endInstallation(services, id, 'Disconnected in the settings.', by, context);
  return { kind: 'done', message: 'Disconnected. Remove the app at Slack too.' };
}

function refused(message: string): OverviewOutcome {
  return { kind: 'refused', message };
}
