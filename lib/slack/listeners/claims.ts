import type { App } from '@slack/bolt';
import { claimApproval, readClaim } from '@/lib/approvals/claims';
import { claimRefusalText } from '@/lib/domain/claim-words';
import { log } from '@/lib/log';
import type { Services } from '@/lib/services';
import { parseButton } from '../blocks/button';
import { auditContextOf, type Click, clickOf, identifyClick, refusalBlocks, tell, troubleText } from './actor';

/** Taking a request from its message, alone or from whoever is on it. It decides nothing. */
export function registerClaims(app: App, services: Services): void {
  for (const actionId of ['approval.claim', 'approval.take_over']) {
    app.action(actionId, async ({ ack, body, context }) => {
      await ack();
      const click = clickOf(body, context);
      try {
        await take(services, click, actionId === 'approval.take_over');
      } catch (error) {
        log.error({ err: error, action: click.actionId }, 'slack.click_failed');
        await tell(services, click, { title: 'Not recorded', text: troubleText });
      }
    });
  }
}

async function take(services: Services, click: Click, takingOver: boolean): Promise<void> {
  const ref = parseButton(click.value);
  const identity = await identifyClick(services, click, ref?.a ?? null);
  if (!identity.ok) {
    const blocks = await refusalBlocks(services, click.installation, click, identity);
    return tell(services, click, { title: 'Not recorded', text: identity.text, blocks });
  }
  const { person } = identity;
  if (ref === null) return tell(services, click, { title: 'Not recorded', text: troubleText });
  const current = takingOver ? await readClaim(services.db.prisma, ref.a, services.now()) : null;
  const outcome = await claimApproval(services, {
    approvalId: ref.a,
    to: null,
    over: current?.holder.id ?? null,
    by: person,
    context: auditContextOf(click, identity),
  });
  const text =
    outcome === null
      ? 'This request does not exist. Nothing changed.'
      : outcome.kind === 'refused'
        ? claimRefusalText(outcome.reason)
        : outcome.kind === 'claimed' && outcome.over !== null
          ? `You took it over from ${outcome.over.name}. Others may still decide.`
          : 'You are on it. Others may still decide.';
  await tell(services, click, { title: 'Who is on it', text });
}
