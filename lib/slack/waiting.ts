import { listInbox } from '@/lib/approvals/queries';
import { approvalParts, toApproval } from '@/lib/approvals/store';
import type { ClaimView, InboxRow } from '@/lib/approvals/views';
import type { Person } from '@/lib/domain/person';
import { revisionOf } from '@/lib/domain/revision';
import type { Services } from '@/lib/services';
import type { HomeRow } from './blocks/home';
import { readSlackView } from './read-view';
import { slackOptions, slackTierMode } from './settings';

/** What waits for a person, as far as Slack lists it. `beyond`: there is more than was read. */
export type Waiting = Readonly<{ rows: readonly InboxRow[]; beyond: boolean }>;

const mostRead = 200; // nobody pages further in Slack; the inbox shows the rest

/** What waits for this person and may be shown in Slack, the nearest deadline first. */
export async function waitingFor(services: Services, person: Person): Promise<Waiting> {
  const options = await slackOptions(services.db.prisma);
  const rows: InboxRow[] = [];
  let after: string | undefined;
  let read = 0;
  do {
    const page = await listInbox(services, { tab: 'needs_me', order: 'due', after }, person);
    read += page.rows.length;
    rows.push(...page.rows.filter(({ tier }) => slackTierMode(options, tier) !== 'off'));
    after = page.older ?? undefined;
  } while (after !== undefined && read < mostRead);
  return { rows, beyond: after !== undefined };
}

/** Rows of the inbox as Slack lists them, with the revision that each button carries. */
export async function slackRows(
  services: Services,
  rows: readonly InboxRow[],
  person: Pick<Person, 'id'>,
): Promise<readonly HomeRow[]> {
  const found = await services.db.prisma.approval.findMany({
    where: { id: { in: rows.map(({ id }) => id) } },
    include: approvalParts,
  });
  const { hideArguments } = await slackOptions(services.db.prisma);
  const byId = new Map(found.map((row) => [row.id, row]));
  const shown: HomeRow[] = [];
  for (const { id, tool, tier, agent, deadline, effect, claim } of rows) {
    const row = byId.get(id);
    if (row === undefined) continue;
    // The sentence may tell what is masked; `readSlackView` knows, and is asked only where something is.
    const whole = !hideArguments && !row.hideArgumentsInSlack && row.maskedFields.length === 0;
    const safe = whole ? effect : ((await readSlackView(services, id))?.view.effect ?? `Call ${tool}`);
    const onIt = claim && onItWords(claim, person);
    shown.push({ id, revision: revisionOf(toApproval(row)), tool, effect: safe, tier, agent, deadline, onIt });
  }
  return shown;
}

function onItWords(claim: ClaimView, person: Pick<Person, 'id'>): string {
  if (claim.holderId !== person.id) return `${claim.name} is on it`;
  return claim.givenBy === null ? 'you are on it' : `assigned to you by ${claim.givenBy}`;
}
