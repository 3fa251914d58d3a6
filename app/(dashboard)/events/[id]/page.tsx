import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { EventOutcome, outcomeText, schemeText } from '@/components/admin/events/outcome';
import { LiveTopic } from '@/components/live/live-topic';
import { CodeBlock } from '@/components/ui/code';
import { Definition, DefinitionList } from '@/components/ui/definition-list';
import { JsonView } from '@/components/ui/json-view';
import { Link } from '@/components/ui/link';
import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { SafeText } from '@/components/ui/safe-text';
import { Time } from '@/components/ui/time';
import { requirePerson } from '@/lib/auth';
import { services } from '@/lib/services';
import { findEvent } from '@/lib/webhooks/queries';

export const metadata: Metadata = { title: 'Event' };

export default async function EventPage({ params }: { params: Promise<{ id: string }> }) {
  const viewer = await requirePerson('events.read');
  const { id } = await params;
  // The sender chose the id: it may itself look like an encoded one.
  const event = (await findEvent(services(), viewer, decoded(id))) ?? (await findEvent(services(), viewer, id));
  if (event === null) notFound();
  const scheme = schemeText[event.scheme];
  const json = parsed(event.body);
  return (
    <>
      <PageHeader
        back={{ href: '/events', label: 'Events' }}
        title={<SafeText>{event.type ?? 'Unreadable delivery'}</SafeText>}
        subtitle={
          <>
            Received <Time value={event.receivedAt} format="absolute" />
          </>
        }
      />
      <div className="grid items-start gap-4 pb-8 xl:grid-cols-[24rem_minmax(0,1fr)]">
        <div className="grid min-w-0 gap-4">
          <Panel title="Delivery">
            <DefinitionList>
              <Definition label="Outcome" note={event.message ?? outcomeText[event.outcome].meaning}>
                <EventOutcome outcome={event.outcome} />
              </Definition>
              <Definition label="Run">
                {event.runId === null ? 'None here' : <Link href={`/runs/${event.runId}`}>{event.runId}</Link>}
              </Definition>
              <Definition label="Interaction" mono>
                {event.interactionId === null ? '–' : <SafeText>{event.interactionId}</SafeText>}
              </Definition>
              <Definition label="Signature" note={scheme?.meaning}>
                {scheme?.word ?? event.scheme}
              </Definition>
              <Definition label="Looked at">
                {event.processedAt === null ? 'Not yet' : <Time value={event.processedAt} format="absolute" />}
              </Definition>
              <Definition label="Delivery id" mono note="The same for every try of one event.">
                <SafeText>{event.id}</SafeText>
              </Definition>
            </DefinitionList>
          </Panel>
        </div>
        <div className="grid min-w-0 gap-4">
          {json !== undefined && <JsonView label="body, as JSON" value={json} depth={4} />}
          <CodeBlock
            label={`body as received, ${event.bodyBytes.toLocaleString('en')} bytes`}
            value={event.body}
            wrap
          />
          <CodeBlock
            label="headers"
            value={Object.entries(event.headers)
              .map(([name, value]) => `${name}: ${value}`)
              .join('\n')}
            wrap
          />
        </div>
      </div>
      {event.processedAt === null && <LiveTopic types={['event']} />}
    </>
  );
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
