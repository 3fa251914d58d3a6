import { z } from 'zod';
import { escalateApproval } from '@/lib/approvals/escalate';
import { expireApproval } from '@/lib/approvals/expire';
import { lapse } from '@/lib/approvals/lapse';
import { remindApproval } from '@/lib/approvals/remind';
import { resumePause } from '@/lib/approvals/resume';
import { checkpointWhenGrown } from '@/lib/audit/checkpoint';
import { growLog } from '@/lib/audit/grow';
import { indexEntries } from '@/lib/audit/index-entries';
import { runVerification } from '@/lib/audit/verification';
import { finishErasure } from '@/lib/people/erase';
import { runBacktest } from '@/lib/policies/backtest';
import { rejudgePending } from '@/lib/policies/rejudge';
import { issueReceipts } from '@/lib/receipts/issue';
import { applyRetention } from '@/lib/retention/apply';
import { reconcileInteraction } from '@/lib/runs/reconcile';
import type { Services } from '@/lib/services';
import { processEvent } from '@/lib/webhooks/process';
import type { JobName, JobPayloads } from './jobs';

type Handlers = { [Name in JobName]: (services: Services, payload: JobPayloads[Name]) => Promise<void> };

const payloads: { [Name in JobName]: z.ZodType<JobPayloads[Name]> } = {
  'event.process': z.object({ eventId: z.string() }),
  'interaction.sync': z.object({ interactionId: z.string(), runId: z.string().nullable() }),
  'audit.index': z.object({}),
  'person.erase': z.object({ personId: z.string(), email: z.string() }),
  'retention.apply': z.object({}),
  'pause.settle': z.object({ pauseId: z.string() }),
  'receipt.issue': z.object({ pauseId: z.string() }),
  'approval.expire': z.object({ approvalId: z.string() }),
  'policy.backtest': z.object({ backtestId: z.string() }),
  'approval.escalate': z.object({ approvalId: z.string() }),
  'approval.remind': z.object({ approvalId: z.string() }),
  'approval.lapse': z.object({ approvalId: z.string() }),
  'policy.rejudge': z.object({ version: z.number(), after: z.string().nullable() }),
  'slack.sync': z.object({ approvalId: z.string() }),
  'slack.deliver': z.object({ messageId: z.string() }),
  'slack.run': z.object({ runId: z.string() }),
  'slack.home': z.object({ installationId: z.string(), slackUserId: z.string() }),
  'audit.grow': z.object({}),
  'audit.checkpoint': z.object({}),
  'audit.verify': z.object({ verificationId: z.string() }),
  'audit.post_checkpoint': z.object({ checkpointId: z.string() }),
};

const handlers: Handlers = {
  'event.process': (services, { eventId }) => processEvent(services, eventId),
  'interaction.sync': (services, { interactionId }) => reconcileInteraction(services, interactionId),
  'audit.index': (services) => indexEntries(services),
  'person.erase': (services, payload) => finishErasure(services, payload),
  'retention.apply': (services) => applyRetention(services),
  'pause.settle': (services, { pauseId }) => resumePause(services, pauseId),
  'receipt.issue': (services, { pauseId }) => issueReceipts(services, pauseId),
  'approval.expire': (services, { approvalId }) => expireApproval(services, approvalId),
  'policy.backtest': (services, { backtestId }) => runBacktest(services, backtestId),
  'approval.escalate': (services, { approvalId }) => escalateApproval(services, approvalId),
  'approval.remind': (services, { approvalId }) => remindApproval(services, approvalId),
  'approval.lapse': (services, { approvalId }) => lapse(services, approvalId),
  'policy.rejudge': (services, payload) => rejudgePending(services, payload),
  // Loaded with the first job of theirs: without Slack, its SDK is never read.
  'slack.sync': async (services, { approvalId }) => (await slackSync()).syncApproval(services, approvalId),
  'slack.deliver': async (services, { messageId }) => (await slackSync()).deliverMessage(services, messageId),
  'slack.run': async (services, { runId }) => (await slackSync()).syncRun(services, runId),
  'slack.home': async (services, payload) => (await import('@/lib/slack/home')).publishHome(services, payload),
  'audit.grow': async (services) => void (await growLog(services)),
  'audit.checkpoint': (services) => checkpointWhenGrown(services),
  'audit.verify': (services, { verificationId }) => runVerification(services, verificationId),
  'audit.post_checkpoint': async (services, { checkpointId }) =>
    (await import('@/lib/slack/checkpoint-post')).postCheckpoint(services, checkpointId),
};

const slackSync = () => import('@/lib/slack/sync');

/** Runs one job. Its payload is `unknown`: an older or newer version of the product may have queued it. */
export async function handleJob<Name extends JobName>(services: Services, name: Name, payload: unknown): Promise<void> {
  await handlers[name](services, payloads[name].parse(payload));
}

/** The names that a worker of this version understands. */
export const jobNames = Object.keys(handlers) as JobName[];
