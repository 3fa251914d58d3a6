import { Webhook } from 'lucide-react';
import type { Metadata } from 'next';
import { EventFilters } from '@/components/admin/events/event-filters';
import { EventsTable } from '@/components/admin/events/events-table';
import { LiveTopic } from '@/components/live/live-topic';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageHeader } from '@/components/ui/page-header';
import { Pagination } from '@/components/ui/pagination';
import { Time } from '@/components/ui/time';
import { requirePerson } from '@/lib/auth';
import { can } from '@/lib/domain/person';
import { services } from '@/lib/services';
import { eventOutcomes, listEvents, lookedThrough } from '@/lib/webhooks/queries';

export const metadata: Metadata = { title: 'Events' };

// reference: the events that one can subscribe to, and the test that Gemini sends on demand
const knownTypes = [
  'interaction.requires_action',
  'interaction.completed',
  'interaction.failed',
  'batch.succeeded',
  'batch.failed',
  'batch.expired',
  'video.generated',
  'webhook.ping',
];

export default async function EventsPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const viewer = await requirePerson('events.read');
  const query = await searchParams;
  const text = (name: string) => (typeof query[name] === 'string' ? query[name].slice(0, 800) : '');
  const type = text('type').slice(0, 200);
  const outcome = eventOutcomes.find((one) => one === text('outcome'));
  const place = { before: text('before'), after: text('after') };
  const page = await listEvents(services(), viewer, {
    ...(type ? { type } : {}),
    ...(outcome ? { outcome } : {}),
    ...(place.before ? { before: place.before } : {}),
    ...(place.after ? { after: place.after } : {}),
  });
  const hrefOf = (step: Record<string, string | null>) => {
    const next = new URLSearchParams({ ...(type ? { type } : {}), ...(outcome ? { outcome } : {}) });
    for (const [name, cursor] of Object.entries(step)) if (cursor !== null) next.set(name, cursor);
    return `/events?${next}`;
  };
  const filtered = type !== '' || outcome !== undefined;
  const paged = place.before !== '' || place.after !== '';
  return (
    <>
      <PageHeader
        title="Events"
        subtitle="What Gemini delivered, verified, as it was received. Refused deliveries are counted under Health."
      />
      <EventFilters
        type={type}
        outcome={outcome ?? ''}
        types={type === '' || knownTypes.includes(type) ? knownTypes : [...knownTypes, type]}
      />
      {page.rows.length > 0 ? (
        <EventsTable
          key={`${type} ${outcome} ${place.before} ${place.after}`}
          full={page.older !== null}
          events={page.rows.map(({ id, receivedAt, type: kind, outcome: became, message, interactionId }) => ({
            id,
            receivedAt,
            type: kind,
            outcome: became,
            message,
            interactionId,
          }))}
        />
      ) : filtered || paged ? (
        <EmptyState
          title={
            page.lookedBackTo === null ? 'No such events' : `None among ${lookedThrough.toLocaleString('en')} events`
          }
          icon={<Webhook />}
          action={
            <>
              {page.older !== null && <ButtonLink href={hrefOf({ before: page.older })}>Look further back</ButtonLink>}
              <ButtonLink href="/events">Show all events</ButtonLink>
            </>
          }
        >
          {page.lookedBackTo !== null && (
            <p>
              Looked back to <Time value={page.lookedBackTo} format="absolute" />.
            </p>
          )}
        </EmptyState>
      ) : (
        <EmptyState
          title="No events yet"
          icon={<Webhook />}
          action={
            can(viewer, 'settings.manage') && (
              <ButtonLink href="/settings" variant="primary">
                Register the webhook
              </ButtonLink>
            )
          }
        >
          Gemini delivers here as soon as the webhook is registered and an agent stops for an approval.
        </EmptyState>
      )}
      {page.rows.length > 0 && (
        <Pagination
          className="py-4"
          newerHref={page.newer === null ? undefined : hrefOf({ after: page.newer })}
          olderHref={page.older === null ? undefined : hrefOf({ before: page.older })}
          summary={
            page.lookedBackTo !== null && (
              <>
                Looked back to <Time value={page.lookedBackTo} />
              </>
            )
          }
        />
      )}
      {!paged && <LiveTopic types={['event']} />}
    </>
  );
}
