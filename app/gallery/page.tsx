import { Ban, Download, Inbox, Plus, Trash2 } from 'lucide-react';
import type { Metadata } from 'next';
import { HoldBanner } from '@/components/holds/hold-banner';
import { HoldList } from '@/components/holds/hold-list';
import { HoldSwitch } from '@/components/holds/hold-switch';
import { Avatar } from '@/components/ui/avatar';
import { Badge, Count } from '@/components/ui/badge';
import { Banner } from '@/components/ui/banner';
import { Button, ButtonLink } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { CodeBlock, InlineCode } from '@/components/ui/code';
import { CopyButton } from '@/components/ui/copy-button';
import { Countdown } from '@/components/ui/countdown';
import { Definition, DefinitionList } from '@/components/ui/definition-list';
import { Diff } from '@/components/ui/diff';
import { Disclosure } from '@/components/ui/disclosure';
import { EmailText } from '@/components/ui/email-text';
import { EmptyState } from '@/components/ui/empty-state';
import { Field } from '@/components/ui/field';
import { Glyph, glyphNames } from '@/components/ui/glyph';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { JsonView } from '@/components/ui/json-view';
import { Kbd } from '@/components/ui/kbd';
import { Link } from '@/components/ui/link';
import { LiveIndicator } from '@/components/ui/live-indicator';
import { Mark, Wordmark } from '@/components/ui/mark';
import { PageHeader } from '@/components/ui/page-header';
import { Pagination } from '@/components/ui/pagination';
import { Panel } from '@/components/ui/panel';
import { PanelTabs } from '@/components/ui/panel-tabs';
import { Problem } from '@/components/ui/problem';
import { Progress } from '@/components/ui/progress';
import { RadioGroup } from '@/components/ui/radio-group';
import { SafeText } from '@/components/ui/safe-text';
import { SearchInput } from '@/components/ui/search-input';
import { Select } from '@/components/ui/select';
import { Skeleton, SkeletonRows, SkeletonText } from '@/components/ui/skeleton';
import { Spinner } from '@/components/ui/spinner';
import { Status } from '@/components/ui/status';
import { Switch } from '@/components/ui/switch';
import { DataCell, HeadCell, Row, RowLink, Table, TableBody, TableHead } from '@/components/ui/table';
import { LinkTabs } from '@/components/ui/tabs';
import { Textarea } from '@/components/ui/textarea';
import { ThemeToggle } from '@/components/ui/theme-toggle';
import { Tier } from '@/components/ui/tier';
import { Time } from '@/components/ui/time';
import { Toolbar } from '@/components/ui/toolbar';
import { Tooltip } from '@/components/ui/tooltip';
import { ConfirmDemo, DialogDemo, MenuDemo, PopoverDemo, SegmentedDemo, ToastDemo } from './demos';
import { curl, editedRefund, refund, stopped, trickyText } from './samples';
import { Line, Section } from './section';
import { requireGallery } from './served';

export const metadata: Metadata = { title: 'Gallery' };

const colours = [
  ['bg', 'bg-bg'],
  ['surface', 'bg-surface'],
  ['raised', 'bg-raised'],
  ['sunken', 'bg-sunken'],
  ['hover', 'bg-hover'],
  ['selected', 'bg-selected'],
  ['line', 'bg-line'],
  ['line-strong', 'bg-line-strong'],
  ['line-control', 'bg-line-control'],
  ['faint', 'bg-faint'],
  ['muted', 'bg-muted'],
  ['ink', 'bg-ink'],
  ['accent', 'bg-accent'],
  ['danger', 'bg-danger'],
  ['warning', 'bg-warning'],
  ['success', 'bg-success'],
  ['info', 'bg-info'],
  ['tier-0', 'bg-tier-0'],
  ['tier-1', 'bg-tier-1'],
  ['tier-2', 'bg-tier-2'],
  ['tier-3', 'bg-tier-3'],
  ['tier-4', 'bg-tier-4'],
] as const;

export default async function GalleryPage() {
  await requireGallery();
  const now = Date.now();
  const minutes = (count: number) => new Date(now + count * 60_000);
  return (
    <main className="mx-auto max-w-6xl px-4 py-8 md:px-8">
      <PageHeader
        title="Gallery"
        subtitle="Every component in every state."
        actions={
          <>
            <ThemeToggle />
            <ButtonLink href="/gallery/shell">The frame</ButtonLink>
          </>
        }
      />

      <Section title="Mark" note="A stroke, and the same stroke turned half round that answers it.">
        <Line>
          <Mark />
          <Mark className="size-6" />
          <Mark className="size-10" />
          <Mark className="size-16" />
          <Wordmark />
        </Line>
      </Section>

      <Section title="Colours">
        <ul className="grid grid-cols-2 gap-2 sm:grid-cols-4 lg:grid-cols-6">
          {colours.map(([name, fill]) => (
            <li key={name} className="flex items-center gap-2 text-sm">
              <span className={`size-6 shrink-0 rounded-md border border-line-strong ${fill}`} />
              {name}
            </li>
          ))}
        </ul>
      </Section>

      <Section title="Type">
        <p className="font-semibold text-2xl tracking-tight">24 Refund €1,249.50 to cus_8Hq2LmA</p>
        <p className="font-semibold text-xl tracking-tight">20 What the reviewer saw is what runs</p>
        <p className="text-lg">16 It runs once, and anyone can prove who allowed it.</p>
        <p>14 The base. Numbers stand in columns: 1,111.11 and 8,888.88.</p>
        <p className="text-muted text-sm">13 Secondary text, a line under a title.</p>
        <p className="text-faint text-xs">12 Column heads and captions.</p>
        <p className="font-mono text-sm">13 Mono for what machines read: interactions/8f3c…</p>
      </Section>

      <Section title="Button" note="One primary a view. Loading keeps the width and the focus.">
        <Line>
          <Button variant="primary" kbd="a">
            Approve
          </Button>
          <Button variant="secondary">Secondary</Button>
          <Button variant="ghost">Ghost</Button>
          <Button variant="danger">Danger</Button>
          <Button variant="danger-quiet" kbd="r">
            Reject
          </Button>
        </Line>
        <Line>
          <Button variant="primary" loading>
            Approve
          </Button>
          <Button loading>Secondary</Button>
          <Button variant="primary" disabled>
            Approve
          </Button>
          <Button disabled>Disabled</Button>
          <Button variant="danger" disabled>
            Delete
          </Button>
        </Line>
        <Line>
          <Button size="sm" icon={<Plus aria-hidden="true" />}>
            Small
          </Button>
          <Button icon={<Download aria-hidden="true" />}>Medium</Button>
          <Button size="lg" icon={<Download aria-hidden="true" />}>
            Large
          </Button>
          <ButtonLink href="/gallery">Link as a button</ButtonLink>
          <IconButton label="Delete" icon={<Trash2 />} kbd="d" />
          <IconButton label="Add" icon={<Plus />} variant="secondary" size="sm" />
          <CopyButton value="Countersign" />
        </Line>
      </Section>

      <Section title="Badges">
        <Line>
          <Badge>Neutral</Badge>
          <Badge tone="info">Info</Badge>
          <Badge tone="success">Success</Badge>
          <Badge tone="warning">Warning</Badge>
          <Badge tone="danger">Danger</Badge>
          <Badge mono>refund_payment</Badge>
          <Count value={7} label="need you" />
          <Count value={1204} />
        </Line>
        <Line>
          <Status glyph="ring">Pending</Status>
          <Status tone="success" glyph="check">
            Approved
          </Status>
          <Status tone="danger" glyph="cross">
            Rejected
          </Status>
          <Status tone="info" glyph="answer">
            Answered
          </Status>
          <Status tone="warning" glyph="clock">
            Expired
          </Status>
          <Status glyph="dash">Superseded</Status>
          <Status tone="warning" glyph="question">
            Unclear
          </Status>
          <Status tone="info" glyph="arrow">
            Sending
          </Status>
          <Status tone="warning" glyph="warning">
            Attention
          </Status>
          <Status tone="danger" glyph="slash">
            Lost
          </Status>
          <Status tone="info" glyph="half">
            Running
          </Status>
        </Line>
        <Line>
          {([0, 1, 2, 3, 4] as const).map((tier) => (
            <Tier key={tier} tier={tier} />
          ))}
        </Line>
        <Line>
          {([0, 1, 2, 3, 4] as const).map((tier) => (
            <Tier key={tier} tier={tier} boxed />
          ))}
          {([0, 1, 2, 3, 4] as const).map((tier) => (
            <Tier key={tier} tier={tier} compact />
          ))}
        </Line>
        <Line>
          <LiveIndicator state="live" />
          <LiveIndicator state="reconnecting" />
          <LiveIndicator state="offline" />
        </Line>
        <Line>
          <Kbd keys="a" />
          <Kbd keys="g i" />
          <Kbd keys="mod+k" />
          <Kbd keys="mod+enter" />
          <Avatar name="Ada Lovelace" />
          <Avatar name="grace@navy.example" size="sm" label />
          <Spinner label="Loading" />
          <Progress value={1} max={2} label="Approvals" text="1 of 2" />
          <Progress value={60} max={100} label="Import" className="w-40" />
        </Line>
      </Section>

      <Section title="Glyphs" note="Beside a word, never alone.">
        <Line>
          {glyphNames.map((name) => (
            <span key={name} className="inline-flex items-center gap-1.5 text-sm">
              <Glyph name={name} />
              <span className="text-faint">{name}</span>
            </span>
          ))}
        </Line>
      </Section>

      <Section title="Time">
        <Line>
          <Time value={minutes(0)} />
          <Time value={minutes(-4)} />
          <Time value={minutes(-200)} />
          <Time value={minutes(90)} />
          <Time value={minutes(-60 * 24 * 30)} />
          <Time value="2024-02-29T12:00:00Z" />
          <Time value="2026-03-14T09:30:00Z" format="absolute" />
        </Line>
        <Line>
          <Countdown deadline={minutes(60 * 24 * 3)} />
          <Countdown deadline={minutes(125)} />
          <Countdown deadline={minutes(48)} />
          <Countdown deadline={minutes(9)} />
          <Countdown deadline={minutes(-1)} />
        </Line>
      </Section>

      <Section title="Fields" note="The hint stays when an error comes; screen readers hear both.">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Amount" hint="In euros, as the invoice says." required>
            <Input name="amount" defaultValue="1249.50" inputMode="decimal" suffix="EUR" />
          </Field>
          <Field label="Reason" error="Say why, so that the agent can do better." required>
            <Input name="reason" />
          </Field>
          <Field label="Interaction" hint="Read-only.">
            <Input mono readOnly defaultValue="interactions/8f3c2a" />
          </Field>
          <Field label="Disabled" optional>
            <Input disabled defaultValue="Not yours to change" />
          </Field>
          <Field label="Group">
            <Select
              name="group"
              defaultValue=""
              options={[
                { value: '', label: 'Choose a group', disabled: true },
                { value: 'finance', label: 'Finance' },
                { value: 'on-call', label: 'On call' },
              ]}
            />
          </Field>
          <Field label="Search" labelHidden>
            <SearchInput label="Filter" kbd="/" />
          </Field>
          <Field label="Note" hint="Sent to the model with the decision." className="sm:col-span-2">
            <Textarea name="note" defaultValue="Refund the goods, not the shipping." />
          </Field>
        </div>
        <div className="grid gap-6 sm:grid-cols-2">
          <div className="grid content-start gap-2">
            <Checkbox label="Notify the customer" name="notify" defaultChecked />
            <Checkbox label="Without description" name="plain" />
            <Checkbox label="Some of them" name="some" indeterminate />
            <Checkbox label="Off limits" name="off" disabled />
            <Checkbox
              label="Hide arguments in Slack"
              name="hide"
              description="People there see the effect and review in the browser."
            />
            <Switch label="Single-key shortcuts" name="keys" description="Combinations still work." defaultChecked />
            <Switch label="Off" name="off-switch" />
            <Switch label="Disabled" name="disabled-switch" disabled />
          </div>
          <div className="grid content-start gap-4">
            <RadioGroup
              legend="What should the agent do?"
              name="next"
              defaultValue="stop"
              boxed
              options={[
                { value: 'stop', label: 'Stop', description: 'It ends its work and says so.' },
                { value: 'retry', label: 'Try differently', description: 'It may propose another call.' },
                { value: 'ask', label: 'Ask first' },
              ]}
            />
            <RadioGroup
              legend="On timeout"
              name="timeout"
              required
              error="Choose one."
              options={[
                { value: 'reject', label: 'Reject' },
                { value: 'escalate', label: 'Escalate' },
                { value: 'keep', label: 'Keep open', disabled: true },
              ]}
            />
            <SegmentedDemo />
          </div>
        </div>
      </Section>

      <Section title="Layers" note="Dialogs, menus and tips are the browser's own top layer.">
        <Line>
          <DialogDemo />
          <PopoverDemo />
          <ConfirmDemo />
          <MenuDemo />
          <ToastDemo />
          <Tooltip content="Judged by version 12 of the policy">
            <Button variant="ghost">Hover me</Button>
          </Tooltip>
        </Line>
      </Section>

      <Section title="Tabs">
        <LinkTabs
          label="Views"
          tabs={[
            { href: '/gallery', label: 'Needs me', count: 3, active: true },
            { href: '/gallery?view=team', label: 'Team', count: 12, active: false },
            { href: '/gallery?view=waiting', label: 'Waiting on others', active: false },
            { href: '/gallery?view=done', label: 'Done', active: false },
          ]}
        />
        <PanelTabs
          label="Arguments"
          tabs={[
            { id: 'fields', label: 'Fields', content: <p>Labelled by the schema.</p> },
            { id: 'raw', label: 'Raw', count: 6, content: <InlineCode>{'{"amount": 1249.5}'}</InlineCode> },
          ]}
        />
      </Section>

      <Section title="Table">
        <Toolbar label="Filters" end={<Button size="sm">Export</Button>}>
          <SearchInput label="Filter requests" kbd="/" />
          <Select
            aria-label="Tier"
            className="w-36"
            options={[
              { value: 'any', label: 'Any tier' },
              { value: '3', label: 'Irreversible' },
            ]}
          />
        </Toolbar>
        <Panel flush>
          <Table label="Requests">
            <TableHead>
              <HeadCell control>
                <span className="sr-only">Select</span>
              </HeadCell>
              <HeadCell>Request</HeadCell>
              <HeadCell className="w-36" hideBelow="sm">
                Risk
              </HeadCell>
              <HeadCell className="w-32" hideBelow="md">
                Agent
              </HeadCell>
              <HeadCell className="w-28" align="right">
                Asked
              </HeadCell>
            </TableHead>
            <TableBody>
              {(
                [
                  ['Refund €1,249.50 to cus_8Hq2LmA', 3, 'support-desk', -2],
                  ['Send the March report to 1,204 people', 3, 'newsroom', -11],
                  ['Scale the staging cluster to 12 nodes', 2, 'ops', -64],
                  ['Close the account of Acme GmbH', 4, 'support-desk', -300],
                  ['Label ticket SUP-4411', 1, 'triage', -1500],
                ] as const
              ).map(([effect, tier, agent, asked], index) => (
                <Row key={effect} selected={index === 1}>
                  <DataCell control>
                    <Checkbox label={`Select ${effect}`} labelHidden className="z-1" defaultChecked={index === 1} />
                  </DataCell>
                  <DataCell>
                    <RowLink href={`/gallery?request=${index}`}>{effect}</RowLink>
                  </DataCell>
                  <DataCell hideBelow="sm">
                    <Tier tier={tier} />
                  </DataCell>
                  <DataCell mono muted hideBelow="md">
                    {agent}
                  </DataCell>
                  <DataCell align="right" muted>
                    <Time value={minutes(asked)} />
                  </DataCell>
                </Row>
              ))}
            </TableBody>
          </Table>
        </Panel>
        <Pagination olderHref="/gallery?cursor=x" summary="5 of 1,204" />
        <Panel flush>
          <Table label="Loading requests">
            <TableHead>
              <HeadCell>Request</HeadCell>
              <HeadCell className="w-36">Risk</HeadCell>
            </TableHead>
            <TableBody>
              <SkeletonRows rows={3} columns={2} />
            </TableBody>
          </Table>
        </Panel>
      </Section>

      <Section title="Panels">
        <Panel
          title="Arguments"
          description="As the agent asked for them. They never change."
          actions={<Button size="sm">Edit</Button>}
        >
          <DefinitionList>
            <Definition label="Customer" mono>
              cus_8Hq2LmA
            </Definition>
            <Definition label="Amount" note="From the invoice of 2 March">
              €1,249.50
            </Definition>
            <Definition label="Message">
              <SafeText>{trickyText}</SafeText>
            </Definition>
          </DefinitionList>
        </Panel>
        <Panel title="Conversation" actions={<Badge>12 steps</Badge>}>
          <Disclosure summary="The agent’s own reason" end={<Badge tone="warning">Unverified</Badge>}>
            <p className="text-muted">The customer wrote that the parcel arrived broken.</p>
          </Disclosure>
          <Disclosure summary="Opened" defaultOpen>
            <p className="text-muted">Works without script.</p>
          </Disclosure>
        </Panel>
        <Panel>
          <EmptyState
            icon={<Inbox />}
            title="Nothing needs you"
            action={<ButtonLink href="/gallery">See what the team decides</ButtonLink>}
          >
            New requests appear here by themselves.
          </EmptyState>
        </Panel>
        <div className="grid gap-3 sm:grid-cols-2">
          <SkeletonText />
          <Skeleton className="h-20" />
        </div>
      </Section>

      <Section title="Banners">
        <Banner tone="info" title="This run was started elsewhere">
          It is shown as it is; nobody can decide here.
        </Banner>
        <Banner tone="success">The agent went on with your decision.</Banner>
        <Banner tone="warning" title="Less than a day left" action={<Button size="sm">Ask someone else</Button>}>
          After that the project no longer keeps the interaction.
        </Banner>
        <Banner
          tone="danger"
          title="It is not clear whether the decision arrived"
          action={
            <Button size="sm" icon={<Ban aria-hidden="true" />}>
              Settle it
            </Button>
          }
        >
          The connection broke while it was being sent. Nothing is sent again on its own.
        </Banner>
        <Problem text="This name is taken. Choose another one." />
      </Section>

      <Section title="Stopped" note="What admins have stopped stands on every page; nothing is said while nothing is.">
        <HoldBanner holds={stopped.slice(0, 1)} manage />
        <HoldBanner holds={stopped} manage={false} />
        <Panel
          title="Stopped"
          actions={<HoldSwitch scope="everything" holdKey="" name="everything" held={false} size="sm" />}
        >
          <HoldList holds={stopped} manage />
        </Panel>
        <Panel title="Stopped">
          <HoldList holds={[]} manage />
        </Panel>
      </Section>

      <Section title="Addresses" note="They break at their signs, where there is no room.">
        <div className="w-40 rounded-md border border-line p-2">
          <EmailText>noor.haddad-al-rashid@procurement.countersign.example</EmailText>
        </div>
      </Section>

      <Section title="Data" note="Text nodes only. What a reader would not see stands there as a code point.">
        <p>
          <SafeText>{trickyText}</SafeText>
        </p>
        <JsonView value={refund} label="arguments" />
        <Diff before={refund} after={editedRefund} label="Proposed changes" />
        <Diff before={{ a: 1 }} after={{ a: 1 }} label="No changes" />
        <CodeBlock value={curl} label="Request" />
        <p>
          Read <InlineCode>call_hash</InlineCode> from the answer, or see <Link href="/gallery">the guide</Link> and{' '}
          <Link href="https://www.rfc-editor.org/rfc/rfc8785">RFC 8785</Link>.
        </p>
      </Section>
    </main>
  );
}
