import type { Metadata } from 'next';
import { ActionBar } from '@/components/shell/action-bar';
import { AppShell } from '@/components/shell/app-shell';
import { Button } from '@/components/ui/button';
import { Countdown } from '@/components/ui/countdown';
import { Definition, DefinitionList } from '@/components/ui/definition-list';
import { JsonView } from '@/components/ui/json-view';
import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { Tier } from '@/components/ui/tier';
import { refund } from '../samples';
import { requireGallery } from '../served';

export const metadata: Metadata = { title: 'Frame' };

async function signOut() {
  'use server';
}

async function findPlaces() {
  'use server';
  return [];
}

export default async function ShellPage() {
  await requireGallery();
  return (
    <AppShell
      person={{ name: 'Ada Lovelace', email: 'ada@example.com', role: 'reviewer' }}
      counts={{ needsMe: 3 }}
      live="live"
      signOut={signOut}
      findPlaces={findPlaces}
    >
      <PageHeader
        back={{ href: '/inbox', label: 'Inbox' }}
        title="Refund €1,249.50 to cus_8Hq2LmA"
        subtitle={
          <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
            <Tier tier={3} />
            <Countdown deadline={new Date(Date.now() + 95 * 60_000)} />
            <span className="font-mono text-sm">refund_payment</span>
          </span>
        }
        actions={
          <>
            <Button size="sm">Previous</Button>
            <Button size="sm">Next</Button>
          </>
        }
      />
      <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="grid min-w-0 content-start gap-4">
          <Panel title="Arguments">
            <DefinitionList>
              <Definition label="Customer" mono>
                cus_8Hq2LmA
              </Definition>
              <Definition label="Amount">€1,249.50</Definition>
              <Definition label="Notify the customer">Yes</Definition>
            </DefinitionList>
          </Panel>
          <JsonView value={refund} label="arguments" />
        </div>
        <Panel title="Why you are asked">
          <p className="text-muted">Rule “Refunds above €500” of policy 12 asks one person of Finance.</p>
        </Panel>
      </div>
      <div className="flex-1" />
      <ActionBar label="Decide" note="One approval decides.">
        <Button variant="ghost" kbd="e">
          Edit
        </Button>
        <Button variant="danger-quiet" kbd="r">
          Reject
        </Button>
        <Button variant="primary" kbd="a">
          Approve
        </Button>
      </ActionBar>
    </AppShell>
  );
}
