'use client';

import { ChevronDown, ChevronUp } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useShortcuts } from '@/components/shell/use-shortcuts';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { CodeBlock } from '@/components/ui/code';
import { CopyButton } from '@/components/ui/copy-button';
import { Definition, DefinitionList } from '@/components/ui/definition-list';
import { Dialog } from '@/components/ui/dialog';
import { Disclosure } from '@/components/ui/disclosure';
import { JsonView } from '@/components/ui/json-view';
import { Link } from '@/components/ui/link';
import { SafeText } from '@/components/ui/safe-text';
import { SkeletonText } from '@/components/ui/skeleton';
import { Status } from '@/components/ui/status';
import { Time } from '@/components/ui/time';
import type { AuditEntryView, Linked } from '@/lib/audit/views';
import { factLabel, outcomeLook, surfaceWord, typeWord } from './wording';

type Answer = { id: string; entry: AuditEntryView | null };

/** One line of history beside the list, with all that is known of it. `J` and `K` go on to its neighbours. */
export default function EntryDrawer({
  id,
  onClose,
  previous,
  next,
}: {
  id: string;
  onClose: () => void;
  previous: (() => void) | null;
  next: (() => void) | null;
}) {
  const answer = useEntry(id);
  useShortcuts({ j: () => next?.(), k: () => previous?.() }, { inDialog: true });
  const entry = answer?.entry ?? null;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      side="right"
      title={
        entry === null ? (
          'Entry'
        ) : (
          <>
            <SafeText>{entry.actor.name ?? entry.actor.id}</SafeText>{' '}
            <span className="font-normal">
              <SafeText>{entry.sentence}</SafeText>
            </span>
          </>
        )
      }
      footer={
        <>
          <Button size="sm" disabled={previous === null} onClick={() => previous?.()} aria-keyshortcuts="k">
            <ChevronUp aria-hidden="true" /> Previous
          </Button>
          <Button size="sm" disabled={next === null} onClick={() => next?.()} aria-keyshortcuts="j">
            <ChevronDown aria-hidden="true" /> Next
          </Button>
        </>
      }
    >
      {entry !== null ? (
        <Entry key={entry.id} entry={entry} />
      ) : answer === null ? (
        <SkeletonText lines={12} />
      ) : (
        <Banner tone="warning">This entry cannot be read. It may not exist, or the connection was lost.</Banner>
      )}
    </Dialog>
  );
}

/** The line, once it was read; while another is read, the one before stays, so that nothing flickers. */
function useEntry(id: string): Answer | null {
  const [answer, setAnswer] = useState<Answer | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    void fetch(`/audit/entries/${id}`, { signal: stop.signal })
      .then(async (found) => (found.ok ? ((await found.json()) as AuditEntryView) : null))
      .catch(() => null)
      .then((entry) => {
        if (!stop.signal.aborted) setAnswer({ id, entry });
      });
    return () => stop.abort();
  }, [id]);
  return answer;
}

function Entry({ entry }: { entry: AuditEntryView }) {
  const facts = Object.entries(entry.facts).filter(([, value]) => value !== null);
  return (
    <div className="grid gap-6">
      {entry.erased && <Banner tone="info">Something that this entry said of a person was erased.</Banner>}
      <DefinitionList>
        <Definition label="When" note={entry.at}>
          <Time value={entry.at} format="absolute" className="" />
        </Definition>
        {entry.outcome !== null && (
          <Definition label="Outcome">
            <Status tone={outcomeLook[entry.outcome].tone} glyph={outcomeLook[entry.outcome].glyph}>
              {outcomeLook[entry.outcome].word}
            </Status>
          </Definition>
        )}
        <Definition label="Actor">
          <Thing thing={entry.actor} />
        </Definition>
        {entry.targets.map((target) => (
          <Definition key={`${target.type} ${target.id}`} label={typeWord[target.type] ?? target.type}>
            <Thing thing={target} />
          </Definition>
        ))}
        {related(entry).map((thing) => (
          <Definition key={`${thing.type} ${thing.id}`} label={typeWord[thing.type] ?? thing.type}>
            <Thing thing={thing} />
          </Definition>
        ))}
      </DefinitionList>
      {facts.length > 0 && (
        <Part title="Facts">
          <DefinitionList>
            {facts.map(([name, value]) => (
              <Definition
                key={name}
                label={factLabel(name)}
                mono={typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)}
              >
                <SafeText lines>{typeof value === 'string' ? value : JSON.stringify(value)}</SafeText>
              </Definition>
            ))}
          </DefinitionList>
        </Part>
      )}
      <Part title="From where">
        <DefinitionList>
          {entry.context.map(({ label, value }) => (
            <Definition key={label} label={label}>
              <SafeText>{label === 'Surface' ? (surfaceWord[value] ?? value) : value}</SafeText>
            </Definition>
          ))}
        </DefinitionList>
      </Part>
      <Part title="Proof">
        <Proof proof={entry.proof} />
      </Part>
      <Disclosure summary="Raw">
        <JsonView value={entry.raw} label={entry.action} depth={3} />
      </Disclosure>
    </div>
  );
}

function Proof({ proof }: { proof: AuditEntryView['proof'] }) {
  if (proof === null)
    return <p className="text-muted">Not in the tree yet. Entries get in a second or two after they are written.</p>;
  return (
    <div className="grid gap-3">
      <Status tone={proof.holds ? 'success' : 'danger'} glyph={proof.holds ? 'check' : 'cross'}>
        {proof.holds ? 'The leaf leads to the root' : 'The leaf does not lead to the root: something was changed'}
      </Status>
      <DefinitionList>
        <Definition label="Leaf">{`${proof.index.toLocaleString('en')} of ${proof.size.toLocaleString('en')}`}</Definition>
        <Definition label="Hash" mono>
          <Hash value={proof.hash} label="the leaf’s hash" />
        </Definition>
        <Definition label="Root" mono>
          <Hash value={proof.root} label="the root" />
        </Definition>
        <Definition label="Checkpoint">
          {proof.checkpoint === null ? (
            'None covers it yet; the next one will.'
          ) : (
            <>
              {`Signed at ${proof.checkpoint.size.toLocaleString('en')} entries, `}
              <Time value={proof.checkpoint.at} />
            </>
          )}
        </Definition>
      </DefinitionList>
      <Disclosure summary={<span className="font-normal text-muted">{`Inclusion path (${proof.path.length})`}</span>}>
        <ol className="grid gap-1 font-mono text-xs wrap-anywhere">
          {proof.path.map((hash, place) => (
            <li key={hash} className="flex gap-2">
              <span className="w-5 shrink-0 text-right text-faint">{place}</span>
              <span>{hash}</span>
            </li>
          ))}
        </ol>
      </Disclosure>
      <Disclosure summary={<span className="font-normal text-muted">Leaf, as it is hashed</span>}>
        <CodeBlock value={proof.leaf} label="RFC 8785 JSON" wrap />
      </Disclosure>
    </div>
  );
}

function Hash({ value, label }: { value: string; label: string }) {
  return (
    <span className="flex items-start gap-1">
      <span className="min-w-0 wrap-anywhere">{value}</span>
      <CopyButton value={value} label={`Copy ${label}`} />
    </span>
  );
}

// What the entry belongs to, where its targets do not say so already.
function related({ targets, run, approval, agent }: AuditEntryView): readonly Linked[] {
  const shown = new Set(targets.map(({ id }) => id));
  return [approval, run, agent].filter((thing) => thing !== null).filter(({ id }) => !shown.has(id));
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-2 border-line border-b pb-1 font-medium text-sm">{title}</h3>
      {children}
    </section>
  );
}

function Thing({ thing }: { thing: Linked }) {
  const name = <SafeText>{thing.name ?? thing.id}</SafeText>;
  return (
    <span className="grid">
      <span>{thing.href === null ? name : <Link href={thing.href}>{name}</Link>}</span>
      {thing.name !== null && /_/.test(thing.id) && thing.name !== thing.id && (
        <span className="flex items-center gap-1 font-mono text-faint text-xs">
          <span className="min-w-0 truncate">
            <SafeText>{thing.id}</SafeText>
          </span>
          <CopyButton value={thing.id} label={`Copy the id of ${thing.name}`} />
        </span>
      )}
    </span>
  );
}
