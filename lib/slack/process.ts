import type { AckFn } from '@slack/bolt';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { slackApp } from './app';
import { noticeModal } from './blocks/modals';
import { installationAt } from './installations';
import { clickOf, tell } from './listeners/actor';
import { type Payload, placeOf } from './payloads';
import { takeOnce } from './store';

/** What Slack is answered: a status, and what `ack` was given. */
export type SlackAnswer = Readonly<{ status: number; body: unknown }>;

const answerWithinMs = 2_500; // Slack gives up after 3 s
const eventsKeptMs = 24 * 3600_000; // Slack repeats an event for some hours

const nothing: SlackAnswer = { status: 200, body: undefined };

/**
 * Gives a payload to Bolt and answers within Slack's three seconds, whatever the listeners do. What goes on after the answer
 * is `work`. The same for HTTP and for the socket.
 */
export async function processPayload(
  services: Services,
  payload: Payload,
  retry: { number: number; reason: string } | null,
): Promise<{ answer: SlackAnswer; work: Promise<void> }> {
  const once = payload.kind === 'event' ? `event:${payload.body.event_id}` : null;
  if (once !== null && !(await takeOnce(services.db, once, services.now(), eventsKeptMs))) {
    return { answer: nothing, work: Promise.resolve() };
  }
  let settle: (answer: SlackAnswer) => void = () => undefined;
  let answered = false;
  const answer = new Promise<SlackAnswer>((resolve) => {
    settle = (given) => {
      answered = true;
      resolve(given);
    };
  });
  const deadline = setTimeout(() => {
    log.warn({ kind: payload.kind }, 'slack.answer_late');
    settle(stillWorking(payload));
  }, answerWithinMs);
  const ack: AckFn<unknown> = async (given) => settle({ status: 200, body: given });

  const work = slackApp(services)
    .processEvent({
      body: payload.body,
      ack,
      ...(retry ? { retryNum: retry.number, retryReason: retry.reason } : {}),
      customProperties: { isLate: () => answered },
    })
    .then(async () => {
      if (answered) return;
      log.warn({ kind: payload.kind }, 'slack.not_answered');
      settle(unanswered(payload));
      if (payload.kind === 'click') {
        // A button of a version before this one. A click is never swallowed in silence.
        const installation = await installationAt(services, placeOf(payload));
        if (installation === null) return;
        await tell(services, clickOf(payload.body, { installation }), {
          title: 'Not in use',
          text: 'This button is not in use any more. Nothing was recorded; use the browser.',
        });
      }
    })
    .catch(async (error: unknown) => {
      const refused = isRefusal(error);
      if (refused) log.warn({ kind: payload.kind }, 'slack.not_installed');
      else log.error({ err: error, kind: payload.kind }, 'slack.listener_failed');
      // An event that failed is to come again; a refused one would only be repeated.
      if (once !== null && !refused) await forget(services, once);
      settle({ status: refused ? (payload.kind === 'event' ? 200 : 403) : 500, body: undefined });
    })
    .finally(() => clearTimeout(deadline));
  return { answer: await answer, work };
}

// With the database away it stays marked as seen, and the answer must go out all the same.
async function forget({ db }: Pick<Services, 'db'>, key: string): Promise<void> {
  try {
    await db.prisma.slackSeen.deleteMany({ where: { key } });
  } catch (error) {
    log.error({ err: error }, 'slack.not_forgotten');
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'slack_bolt_authorization_error';
}

function unanswered(payload: Payload): SlackAnswer {
  if (payload.kind === 'suggestion') return { status: 200, body: { options: [] } };
  if (payload.kind !== 'submission') return nothing;
  // An empty answer closes the modal and looks like success.
  const view = noticeModal(
    'Out of date',
    'This form is of an older version, so nothing was recorded. Open the request again.',
  );
  return { status: 200, body: { response_action: 'update', view } };
}

function stillWorking(payload: Payload): SlackAnswer {
  switch (payload.kind) {
    case 'submission':
      return {
        status: 200,
        body: {
          response_action: 'update',
          view: noticeModal(
            'Still working',
            'This takes longer than usual. The message of the request shows what came of it.',
          ),
        },
      };
    case 'command':
      return {
        status: 200,
        body: {
          response_type: 'ephemeral',
          text: 'This takes longer than usual. Try again in a moment, or use the browser.',
        },
      };
    case 'suggestion':
      return { status: 200, body: { options: [] } };
    default:
      return nothing;
  }
}
