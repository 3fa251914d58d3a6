import { Send } from 'lucide-react';
import type { Metadata } from 'next';
import { OwnRequests } from '@/components/approvals/own-requests';
import { LiveTopic } from '@/components/live/live-topic';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import { Pagination } from '@/components/ui/pagination';
import { ownRequests } from '@/lib/approvals/own-requests';
import { requirePerson } from '@/lib/auth';
import { services } from '@/lib/services';

export const metadata: Metadata = { title: 'My requests' };

export default async function RequestsPage({ searchParams }: PageProps<'/requests'>) {
  const viewer = await requirePerson('approvals.read');
  const { after } = await searchParams;
  const cursor = typeof after === 'string' ? after : undefined;
  const page = await ownRequests(services(), viewer, cursor);
  return (
    <>
      <LiveTopic types={['approval']} />
      <PageHeader
        title="My requests"
        subtitle="What agents asked for on your behalf, and how it came out."
        back={{ href: '/runs', label: 'Runs' }}
      />
      {page.rows.length === 0 ? (
        <EmptyState
          title="Nothing was asked for on your behalf"
          icon={<Send />}
          action={<ButtonLink href="/runs">Show all runs</ButtonLink>}
        >
          {`A run counts as yours when it names ${viewer.email} as its requester.`}
        </EmptyState>
      ) : (
        <OwnRequests requests={page.rows} />
      )}
      {(page.older !== null || cursor !== undefined) && (
        <Pagination
          className="py-4"
          newerHref={cursor === undefined ? undefined : '/requests'}
          olderHref={page.older === null ? undefined : `/requests?after=${page.older}`}
        />
      )}
    </>
  );
}
