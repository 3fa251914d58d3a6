import type { App, Context } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { undoDecision } from '@/lib/approvals/undo';
import { recordView } from '@/lib/approvals/viewing';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { parseButton } from '../blocks/button';
import { answerModal, editModal, noticeModal, receiptBlocks, rejectModal, viewModal } from '../blocks/modals';
import { publishHome } from '../home';
import { identify, mayLink, recordRefusal } from '../identity';
import { linkAddress, unlink } from '../linking';
import {
  auditContextOf,
  type Click,
  clickOf,
  identifyClick,
  refusalBlocks,
  replaceModal,
  showModalWhenReady,
  tell,
  troubleText,
} from './actor';
import {
  type Act,
  adopt,
  castInSlack,
  recordRefusedTry,
  repairCopy,
  shownRequest,
  undoOf,
  unknownText,
} from './decide';

/** Every button of ours. Each is acknowledged at once; what follows may take longer than Slack waits. */
export function registerActions(app: App, services: Services): void {
  const on = (actionId: string, act: (click: Click) => Promise<void>) => {
    app.action(actionId, async ({ ack, body, context }) => {
      await ack();
      await guarded(services, body, context, act);
    });
  };

  on('approval.approve', (click) => approve(services, click));
  on('approval.reject', (click) => openForm(services, click, 'reject', ({ view, place }) => rejectModal(view, place)));
  on('approval.answer', (click) => openForm(services, click, 'answer', ({ view, place }) => answerModal(view, place)));
  on('approval.edit', (click) =>
    openForm(services, click, 'edit', ({ view, place }) =>
      view.fields === null
        ? noticeModal('Use the browser', 'Slack cannot hold these arguments. Edit them in the browser.', {
            text: 'Open',
            url: view.url,
          })
        : editModal(view, view.fields, place),
    ),
  );
  const look = (click: Click) =>
    openForm(services, click, 'look', ({ view, place, now }) => viewModal(view, place, now));
  on('approval.view', look);
  on('approval.review', look);
  on('approval.undo', (click) => undo(services, click));
  on('home.refresh', (click) => publish(services, click));
  on('home.previous', (click) => turnPage(services, click));
  on('home.next', (click) => turnPage(services, click));
  on('test.click', (click) => tell(services, click, { title: 'Test', text: 'Clicks arrive. All is well.' }));
  on('link.start', (click) => startLink(services, click));
  on('link.remove', (click) => removeLink(services, click));
  // Buttons with an address: Slack opens it, and tells us too.
  for (const actionId of ['approval.open', 'home.open', 'home.settings', 'link.open', 'notice.open']) {
    app.action(actionId, async ({ ack }) => ack());
  }
}

// A click is never swallowed in silence, whatever went wrong.
async function guarded(
  services: Services,
  body: unknown,
  context: Context,
  act: (click: Click) => Promise<void>,
): Promise<void> {
  const click = clickOf(body, context);
  try {
    await act(click);
  } catch (error) {
    log.error({ err: error, action: click.actionId }, 'slack.click_failed');
    await tell(services, click, { title: 'Not recorded', text: troubleText });
  }
}

async function approve(services: Services, click: Click): Promise<void> {
  const ref = parseButton(click.value);
  const identity = await identifyClick(services, click, ref?.a ?? null);
  if (!identity.ok) {
    const blocks = await refusalBlocks(services, click.installation, click, identity);
    return tell(services, click, { title: 'Not recorded', text: identity.text, blocks });
  }
  const context = auditContextOf(click, identity);
  const shown = await shownRequest(services, ref, 'approve', { by: identity.person, context });
  if (!shown.ok) {
    await tell(services, click, shown.said);
    if (ref && shown.url) await repairCopy(services, click.installation, click.message, ref.a);
    return;
  }
  const { view, approval } = shown;
  await adopt(services, click.installation, click.message, approval.id);
  const said = await castInSlack(services, {
    approval,
    view,
    ballot: { callHash: approval.callHash, verdict: 'approve', arguments: null, note: null },
    by: identity.person,
    context,
  });
  if (said.kind === 'not_recorded') {
    await tell(services, click, said);
    return repairCopy(services, click.installation, click.message, approval.id);
  }
  const undo = undoOf(said, view.revision);
  const blocks = receiptBlocks(said.text, undo);
  await tell(services, click, { title: 'Recorded', text: said.text, blocks });
}

type Form = (about: {
  view: Parameters<typeof viewModal>[0];
  place: { c: string | null; ts: string | null };
  now: Date;
}) => ModalView;

// Forms open for those alone who may be shown the request, since an outsider in a shared channel must not read arguments in
// them; and forms that decide for those alone who may decide.
async function openForm(services: Services, click: Click, act: Act | 'look', form: Form): Promise<void> {
  await showModalWhenReady(services, click, async () => {
    const ref = parseButton(click.value);
    const identity = await identifyClick(services, click, ref?.a ?? null);
    if (!identity.ok) {
      const blocks = await refusalBlocks(services, click.installation, click, identity);
      return { ...noticeModal('Not for this account', identity.text), blocks };
    }
    const context = auditContextOf(click, identity);
    const shown = await shownRequest(services, ref, act, { by: identity.person, context });
    if (!shown.ok) {
      if (ref && shown.url) await repairCopy(services, click.installation, click.message, ref.a);
      const link = shown.url ? { text: 'Open in browser', url: shown.url } : undefined;
      return noticeModal(shown.said.title, shown.said.text, link);
    }
    const { view } = shown;
    await adopt(services, click.installation, click.message, view.id);
    await recordView(services, {
      approvalId: view.id,
      runId: view.runId,
      tool: view.tool,
      by: identity.person,
      context,
    });
    const place = {
      c: click.message?.channel ?? click.view?.state?.c ?? null,
      ts: click.message?.ts ?? click.view?.state?.ts ?? null,
    };
    return form({ view, place, now: services.now() });
  });
}

async function undo(services: Services, click: Click): Promise<void> {
  const ref = parseButton(click.value);
  const identity = await identifyClick(services, click, ref?.a ?? null);
  if (!identity.ok) return tell(services, click, { title: 'Not undone', text: identity.text });
  const { person: by } = identity;
  const context = auditContextOf(click, identity);
  const outcome = ref && (await undoDecision(services, { approvalId: ref.a, by, context }));
  if (outcome === null) {
    await recordRefusedTry(services, { by, context, approval: null, act: 'undo', reason: 'not_known' });
    return tell(services, click, { title: 'Not undone', text: unknownText });
  }
  const text =
    outcome.kind === 'undone'
      ? 'Your decision is taken back. The request waits again.'
      : outcome.reason === 'not_yours'
        ? 'Only whoever decided can take it back.'
        : 'It cannot be taken back any more: it was sent, or the time for it is over.';
  // In the place of the receipt that was clicked: a view more on top may be one too many for Slack.
  const { view } = click;
  if (view?.type === 'modal' && (await replaceModal(services, click, view.id, noticeModal('Undo', text)))) return;
  await tell(services, click, { title: 'Undo', text });
}

async function publish(services: Services, click: Click): Promise<void> {
  await publishHome(services, { installationId: click.installation.id, slackUserId: click.userId }, { force: true });
}

async function turnPage(services: Services, click: Click): Promise<void> {
  const page = z.coerce.number().int().min(0).max(1_000).catch(0).parse(click.value);
  await services.db.prisma.slackHome.updateMany({
    where: { installationId: click.installation.id, slackUserId: click.userId },
    data: { page },
  });
  await publish(services, click);
}

async function startLink(services: Services, click: Click): Promise<void> {
  await showModalWhenReady(services, click, async () => {
    const identity = await identify(services, click.installation, click);
    if (identity.ok) return noticeModal('Linked', `This account is linked to ${identity.person.email} already.`);
    if (identity.scopeId === null || !mayLink(identity.reason)) {
      const context = auditContextOf(click, identity);
      await recordRefusal(services, { context, reason: identity.reason, approvalId: null });
      return noticeModal('Not for this account', identity.why);
    }
    const url = await linkAddress(services, click.installation, { userId: click.userId, scopeId: identity.scopeId });
    return noticeModal(
      'Link account',
      'Open the address and confirm there, signed in to Countersign. It works once, within ten minutes, and is for you alone.',
      { text: 'Open', url },
    );
  });
}

async function removeLink(services: Services, click: Click): Promise<void> {
  const row = await services.db.prisma.slackUserLink.findUnique({
    where: { installationId_slackUserId: { installationId: click.installation.id, slackUserId: click.userId } },
    select: { id: true },
  });
  const identity = await identify(services, click.installation, click);
  if (row === null || !identity.ok) {
    return tell(services, click, { title: 'Unlink', text: 'This account is not linked.' });
  }
  await unlink(services, row.id, identity.person, auditContextOf(click, identity));
  await tell(services, click, { title: 'Unlinked', text: 'This account is not linked any more.' });
  await publish(services, click);
}
