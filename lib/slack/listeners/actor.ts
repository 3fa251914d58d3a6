import type { KnownBlock, ModalView } from '@slack/types';
import type { AuditContext } from '@/lib/domain/audit';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { type ModalState, parseModal } from '../blocks/button';
import { noticeModal } from '../blocks/modals';
import { literal } from '../blocks/text';
import { failureOf } from '../failures';
import { type Identity, identify, mayLink, recordRefusal } from '../identity';
import { clientsFor, type Installation } from '../installations';
import { linkAddress } from '../linking';
import { parsePayload } from '../payloads';
import { privateNote } from '../private-note';

/** Where somebody pressed a button: in a message, or in a view of ours. */
export type Click = Readonly<{
  installation: Installation;
  userId: string;
  teamId: string | null;
  actionId: string;
  value: string | undefined;
  actionTs: string | undefined;
  triggerId: string;
  responseUrl: string | null;
  message: Readonly<{ channel: string; ts: string; ours: boolean }> | null;
  view: Readonly<{ type: 'modal' | 'home'; id: string; state: ModalState | null }> | null;
}>;

/** A click as the listeners use it. Throws on a body that `payloads.ts` would have refused. */
export function clickOf(body: unknown, context: Readonly<Record<string, unknown>>): Click {
  const payload = parsePayload(body);
  if (payload?.kind !== 'click') throw new Error('Not a click');
  const { user, actions, container, message, view, trigger_id, response_url } = payload.body;
  const [action] = actions;
  const installation = context.installation as Installation;
  const { channel_id: channel, message_ts: ts } = container;
  return {
    installation,
    userId: user.id,
    teamId: user.team_id ?? null,
    actionId: action.action_id,
    value: action.value,
    actionTs: action.action_ts,
    triggerId: trigger_id,
    responseUrl: response_url ?? null,
    message:
      container.type === 'message' && channel && ts && !container.is_ephemeral
        ? { channel, ts, ours: message?.bot_id === installation.botId || message?.app_id === installation.appId }
        : null,
    view: view ? { type: view.type, id: view.id, state: parseModal(view.private_metadata ?? undefined) } : null,
  };
}

/** Where and by whom, for the history. */
export function auditContextOf(click: Click, identity: Identity): AuditContext {
  const { installation, message, view } = click;
  const channel = message?.channel ?? view?.state?.c ?? undefined;
  const ts = message?.ts ?? view?.state?.ts ?? undefined;
  return {
    surface: 'slack',
    slack: {
      team: click.teamId ?? installation.teamId ?? installation.enterpriseId ?? '',
      user: click.userId,
      ...(channel ? { channel } : {}),
      ...(ts ? { message: ts } : {}),
      ...(click.actionTs ? { action: click.actionTs } : {}),
      ...(identity.ok ? { link: identity.method } : {}),
    },
  };
}

/** Who clicked; a refusal is kept in the history. */
export async function identifyClick(services: Services, click: Click, approvalId: string | null): Promise<Identity> {
  const identity = await identify(services, click.installation, click);
  if (!identity.ok) {
    const context = auditContextOf(click, identity);
    await recordRefusal(services, { context, reason: identity.reason, approvalId });
  }
  return identity;
}

/** A refusal with what to do about it: those who may link get the address for it. */
export async function refusalBlocks(
  services: Services,
  installation: Installation,
  account: { userId: string },
  identity: Extract<Identity, { ok: false }>,
  text: string = identity.text,
): Promise<KnownBlock[]> {
  const said: KnownBlock = { type: 'section', block_id: 'note', text: literal(text, 1_000) };
  if (!mayLink(identity.reason) || identity.scopeId === null) return [said];
  const url = await linkAddress(services, installation, { userId: account.userId, scopeId: identity.scopeId });
  return [
    said,
    {
      type: 'actions',
      block_id: 'bar',
      elements: [
        {
          type: 'button',
          action_id: 'link.open',
          text: { type: 'plain_text', text: 'Link account', emoji: false },
          style: 'primary',
          url,
        },
      ],
    },
    {
      type: 'context',
      block_id: 'once',
      elements: [literal('The address works once, within ten minutes, and is for you alone.', 200)],
    },
  ];
}

/** Tells the person who clicked, and nobody else: under the message, or in a modal where there is no message. */
export async function tell(
  services: Services,
  click: Click,
  note: { title: string; text: string; blocks?: readonly KnownBlock[] },
): Promise<void> {
  const { text, blocks } = note;
  if (click.responseUrl !== null) {
    if (await privateNote(services, click.responseUrl, { text, ...(blocks ? { blocks } : {}) })) return;
  }
  const plain = noticeModal(note.title, text);
  await showModal(services, click, { ...plain, blocks: blocks ? [...blocks] : plain.blocks });
}

/** Opens a modal, on top of the one that the click came from. False: Slack would not, and the person was told if possible. */
export async function showModal(services: Services, click: Click, view: ModalView): Promise<boolean> {
  const { interactive } = clientsFor(services, click.installation);
  const { triggerId: trigger_id } = click;
  try {
    if (click.view?.type === 'modal') await interactive.views.push({ trigger_id, view });
    else await interactive.views.open({ trigger_id, view });
    return true;
  } catch (error) {
    const failure = failureOf(error);
    log.warn({ error: failure.error, view: view.callback_id }, 'slack.modal_not_opened');
    await privateNote(services, click.responseUrl, {
      text: 'Slack took too long to open the form. Nothing was recorded; press the button again.',
    });
    return false;
  }
}

/** Puts another view in the place of an open one. False: Slack would not. */
export async function replaceModal(
  services: Services,
  click: Click,
  viewId: string,
  view: ModalView,
): Promise<boolean> {
  try {
    await clientsFor(services, click.installation).interactive.views.update({
      view_id: viewId,
      view: { ...view, clear_on_close: true },
    });
    return true;
  } catch (error) {
    log.warn({ error: failureOf(error).error, view: view.callback_id }, 'slack.modal_not_replaced');
    return false;
  }
}

const placeholderAfterMs = 700; // a trigger is good for 3 s, the way to us and back included

/**
 * Opens a modal whose content takes a moment to find: at once when it is found at once, else as a placeholder that is filled
 * when it is there. So the trigger never runs out while Slack is asked who clicked.
 */
export async function showModalWhenReady(
  services: Services,
  click: Click,
  build: () => Promise<ModalView | null>,
): Promise<void> {
  const ready = build();
  let timer: NodeJS.Timeout | undefined;
  const slow = new Promise<'slow'>((resolve) => {
    timer = setTimeout(() => resolve('slow'), placeholderAfterMs);
  });
  const first = await Promise.race([ready, slow]);
  clearTimeout(timer);
  if (first !== 'slow') {
    if (first !== null) await showModal(services, click, first);
    return;
  }
  const { interactive } = clientsFor(services, click.installation);
  const waiting = noticeModal('One moment', 'Looking the request up…');
  const { triggerId: trigger_id } = click;
  const opened =
    click.view?.type === 'modal'
      ? await interactive.views.push({ trigger_id, view: waiting })
      : await interactive.views.open({ trigger_id, view: waiting });
  const found = (await ready) ?? noticeModal('Not recorded', 'Nothing was recorded.');
  if (opened.view?.id) await interactive.views.update({ view_id: opened.view.id, view: found });
}

/** Said when something on our side, or at Slack, went wrong before anything was recorded. */
export const troubleText = 'This was not recorded. Try again, or use the browser.';
