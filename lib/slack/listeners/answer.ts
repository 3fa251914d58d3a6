import type { ModalView } from '@slack/types';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { noticeModal } from '../blocks/modals';
import { failureOf } from '../failures';
import { clientsFor, type Installation } from '../installations';

/** How a form is answered: closed, corrected, followed by another, or replaced by a word on what came of it. */
export type Answer =
  | { response_action: 'clear' }
  | { response_action: 'errors'; errors: Record<string, string> }
  | { response_action: 'push' | 'update'; view: ModalView };

/** Slack was told "still working" in place of this: says now what came of it, in the same modal if it is still open. */
export async function answerLate(
  services: Services,
  installation: Installation,
  viewId: string,
  answer: Answer,
): Promise<void> {
  const view =
    answer.response_action === 'clear'
      ? noticeModal('Recorded', 'Your decision is recorded.')
      : 'view' in answer
        ? answer.view
        : noticeModal('Not recorded', Object.values(answer.errors).join(' '));
  try {
    await clientsFor(services, installation).interactive.views.update({
      view_id: viewId,
      view,
    });
  } catch (error) {
    log.warn({ error: failureOf(error).error }, 'slack.late_answer_not_shown'); // the message says it in any case
  }
}

/** Leaves the form open, with what is wrong beside its input. */
export function wrong(block: string, message: string): Answer {
  return { response_action: 'errors', errors: { [block]: message } };
}

/** Puts a word on what came of it in place of the form. */
export function saying(title: string, text: string, url: string | null = null): Answer {
  return {
    response_action: 'update',
    view: noticeModal(title, text, url === null ? undefined : { text: 'Open in browser', url }),
  };
}
