import type { Metadata } from 'next';
import { FilterMarks } from '@/components/approvals/filter-marks';
import { InboxCount } from '@/components/approvals/inbox-count';
import { InboxEmpty } from '@/components/approvals/inbox-empty';
import { InboxHeads, inboxEntry } from '@/components/approvals/inbox-line';
import { InboxList } from '@/components/approvals/inbox-list';
import { LiveTopic } from '@/components/live/live-topic';
import { Link } from '@/components/ui/link';
import { PageHeader } from '@/components/ui/page-header';
import { Pagination } from '@/components/ui/pagination';
import { LinkTabs } from '@/components/ui/tabs';
import { listInbox } from '@/lib/approvals/queries';
import type { InboxOrder, InboxShow, InboxTab } from '@/lib/approvals/views';
import { requirePerson } from '@/lib/auth';
import { can } from '@/lib/domain/person';
import { anyRun } from '@/lib/runs/queries';
import { services } from '@/lib/services';
import { claimAction } from '../approvals/[id]/claim-actions';
import { waitingFor } from '../waiting';
import { findRowsAction } from './actions';
import { decideTogetherAction, findTogetherAction } from './together-actions';

export const metadata: Metadata = { title: 'Inbox' };

// `more` is left out where all four tabs would not fit beside each other.
const tabs: readonly { id: InboxTab; label: string; more?: string }[] = [
  { id: 'needs_me', label: 'Needs me' },
  { id: 'team', label: 'Team' },
  { id: 'waiting', label: 'Waiting', more: ' on others' },
  { id: 'done', label: 'Done' },
];

const orders = [
  { id: 'newest', label: 'Newest first' },
  { id: 'due', label: 'Due first' },
] as const;

const together = { find: findTogetherAction, decide: decideTogetherAction };

// Of what needs the viewer.
const shows: readonly { id: InboxShow; label: string }[] = [
  { id: 'all', label: 'All' },
  { id: 'unclaimed', label: 'Unclaimed' },
  { id: 'mine', label: 'Mine' },
  { id: 'snoozed', label: 'Snoozed' },
];

export default async function InboxPage({ searchParams }: PageProps<'/inbox'>) {
  const viewer = await requirePerson('approvals.read');
  const query = await searchParams;
  const tab = tabs.find(({ id }) => id === query.tab)?.id ?? 'needs_me';
  const order: InboxOrder = query.order === 'due' ? 'due' : 'newest';
  const show = tab === 'needs_me' ? (shows.find(({ id }) => id === query.show)?.id ?? 'all') : 'all';
  const mayVote = can(viewer, 'approvals.vote');
  const kind = tab === 'done' ? 'done' : 'open';
  const selectable = mayVote && kind === 'open';
  const after = one(query.after);
  const before = one(query.before);
  const [page, counts] = await Promise.all([
    listInbox(services(), { tab, order, show, after, before }, viewer),
    waitingFor(viewer),
  ]);
  const fresh = page.rows.length === 0 && !(await anyRun(services()));
  const count: Partial<Record<InboxTab, number>> = {
    needs_me: counts.needsMe,
    team: counts.team,
    waiting: counts.waiting,
  };
  const href = (change: Record<string, string | undefined>) => {
    const params = new URLSearchParams();
    const wanted = { tab, order, show, ...change };
    if (wanted.tab !== 'needs_me') params.set('tab', wanted.tab);
    if (wanted.order !== 'newest' && wanted.tab !== 'done') params.set('order', wanted.order);
    if (wanted.show !== 'all' && wanted.tab === 'needs_me') params.set('show', wanted.show);
    if (change.after) params.set('after', change.after);
    if (change.before) params.set('before', change.before);
    const text = params.toString();
    return text === '' ? '/inbox' : `/inbox?${text}`;
  };
  return (
    <>
      <LiveTopic types={['approval']} />
      <PageHeader title="Inbox" />
      <LinkTabs
        label="Lists"
        tabs={tabs.map(({ id, label, more }) => ({
          href: href({ tab: id, order: 'newest', show: 'all' }),
          active: id === tab,
          label: (
            <>
              <span>
                {label}
                {more && <span className="max-sm:sr-only">{more}</span>}
              </span>
              <InboxCount value={count[id] ?? 0} label={count[id] === 1 ? 'request' : 'requests'} />
            </>
          ),
        }))}
      />
      <InboxList
        key={href({ after, before })}
        rows={page.rows.map((row) => inboxEntry({ row, kind, selectable, gone: false }))}
        awaitingResult={page.awaitingResult.map((row) =>
          inboxEntry({ row, kind: 'done', selectable: false, gone: false }),
        )}
        heads={{
          requests: <InboxHeads kind={kind} selectable={selectable} />,
          results: <InboxHeads kind="done" selectable={false} />,
        }}
        filterMarks={<FilterMarks />}
        orders={
          kind === 'open' && (
            <div className="flex flex-wrap gap-x-6 gap-y-1">
              {tab === 'needs_me' && mayVote && (
                <Choices
                  label="Which of them"
                  choices={shows.map(({ id, label }) => ({ id, label, href: href({ show: id }), chosen: id === show }))}
                />
              )}
              <Choices
                label="Order"
                choices={orders.map(({ id, label }) => ({
                  id,
                  label,
                  href: href({ order: id }),
                  chosen: id === order,
                }))}
              />
            </div>
          )
        }
        selectable={selectable}
        findRows={findRowsAction.bind(null, { kind, selectable })}
        together={together}
        claim={claimAction}
        empty={
          <InboxEmpty
            tab={tab}
            show={show}
            viewer={{ role: viewer.role, mayVote, maySetUp: can(viewer, 'agents.manage') }}
            team={counts.team}
            fresh={fresh}
          />
        }
      />
      {(page.newer || page.older) && (
        <Pagination
          className="py-4"
          newerHref={page.newer ? href({ before: page.newer }) : undefined}
          olderHref={page.older ? href({ after: page.older }) : undefined}
        />
      )}
    </>
  );
}

function Choices({
  label,
  choices,
}: {
  label: string;
  choices: readonly { id: string; label: string; href: string; chosen: boolean }[];
}) {
  return (
    <nav aria-label={label} className="flex gap-4 text-muted text-sm">
      {choices.map(({ id, label: name, href, chosen }) => (
        <Link
          key={id}
          quiet
          href={href}
          aria-current={chosen ? 'true' : undefined}
          className="text-muted aria-[current=true]:font-medium aria-[current=true]:text-ink"
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}

function one(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
