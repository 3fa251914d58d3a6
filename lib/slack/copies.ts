import type { Person } from '@/lib/domain/person';
import { demand } from '@/lib/people/people';
import type { Services } from '@/lib/services';
import { failureText } from './failure-text';
import { copiesOf, type StoredCopy } from './store';

/** How an approval stands in one place in Slack. */
export type CopyView = Readonly<{
  key: string;
  /** `#approvals`, or whom it was sent to. */
  place: string;
  workspace: string;
  state: 'up_to_date' | 'catching_up' | 'cannot_update';
  /** What is wrong, in words. */
  why: string | null;
  /** Where the message is; null where it is not there, or not the viewer's to open. */
  href: string | null;
}>;

/** Every copy of an approval in Slack with whether it shows what is true; direct messages to others count as one. */
export async function findCopies(
  services: Pick<Services, 'db' | 'now'>,
  approvalId: string,
  viewer: Person,
): Promise<readonly CopyView[]> {
  demand(viewer, 'approvals.read');
  const copies = await copiesOf(services.db, approvalId, viewer.id, services.now());
  const shared = copies.filter(({ kind, mine }) => kind !== 'direct' || mine);
  const others = copies.filter((copy) => !shared.includes(copy));
  return [...shared.map(viewOf), ...groupsOf(others)];
}

const worst = ['cannot_update', 'catching_up', 'up_to_date'] as const;

function groupsOf(copies: readonly StoredCopy[]): CopyView[] {
  const workspaces = [...new Set(copies.map(({ workspace }) => workspace))];
  return workspaces.flatMap((workspace) => {
    const views = copies.filter((copy) => copy.workspace === workspace).map(viewOf);
    const [first] = views.toSorted((one, other) => worst.indexOf(one.state) - worst.indexOf(other.state));
    if (first === undefined) return [];
    const place = views.length === 1 ? 'Direct message to 1 person' : `Direct messages to ${views.length} people`;
    return [{ ...first, place, href: null }];
  });
}

function viewOf(copy: StoredCopy): CopyView {
  const { id, kind, mine, workspace, url, channel, ts, channelName } = copy;
  const sameHost = url !== null && /^https?:\/\//.test(url);
  return {
    key: id,
    place:
      kind === 'requester'
        ? `Outcome to ${mine ? 'you' : 'whoever asked for the run'}`
        : kind === 'direct'
          ? mine
            ? 'Direct message to you'
            : 'Direct message'
          : `#${channelName ?? copy.destination}`,
    workspace,
    ...standingOf(copy),
    href:
      sameHost && (kind !== 'requester' || mine) && channel !== null && ts !== null
        ? `${url.replace(/\/?$/, '/')}archives/${channel}/p${ts.replace('.', '')}`
        : null,
  };
}

function standingOf({ state, settled, current, active, lastError }: StoredCopy): Pick<CopyView, 'state' | 'why'> {
  if (state === 'lost' || state === 'broken') {
    return { state: 'cannot_update', why: lastError === null ? null : failureText(lastError) };
  }
  if (settled || (state === 'live' && current)) return { state: 'up_to_date', why: null };
  if (!active) return { state: 'cannot_update', why: 'The workspace is not connected any more.' };
  return { state: 'catching_up', why: lastError === null ? null : failureText(lastError) };
}
