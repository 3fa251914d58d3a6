import { Panel } from '@/components/ui/panel';
import type { PolicyDocument } from '@/lib/domain/policy/document';
import { lookupWords } from '@/lib/domain/policy/lookup-words';
import { shiftAt } from '@/lib/domain/policy/rotation';

/** What a policy holds beside its rules, to read. */
export function PolicyParts({ document, now }: { document: PolicyDocument; now: Date }) {
  const lookups = Object.entries(document.lookups);
  const rotations = Object.entries(document.rotations);
  return (
    <>
      {lookups.length > 0 && (
        <Panel title="Lookups" description="Numbers about earlier calls, read when a call is judged.">
          <dl className="grid gap-2">
            {lookups.map(([name, lookup]) => (
              <div key={name} className="min-w-0">
                <dt className="font-mono text-sm wrap-anywhere">{`counts.${name}`}</dt>
                <dd className="text-muted text-sm">{lookupWords(lookup)}</dd>
              </div>
            ))}
          </dl>
        </Panel>
      )}
      {rotations.length > 0 && (
        <Panel title="On call" description="Who is asked when a rule’s step says so.">
          <dl className="grid gap-2">
            {rotations.map(([name, rotation]) => {
              const shift = shiftAt(rotation, now);
              const place = rotation.timeZone ?? document.timeZone;
              return (
                <div key={name} className="min-w-0">
                  <dt className="font-medium wrap-anywhere">{name}</dt>
                  <dd className="text-muted text-sm wrap-anywhere">
                    {`${rotation.people.join(', then ')}. `}
                    {shift === null
                      ? 'It has not begun.'
                      : `On call now: ${shift.person}, until ${whenWords(shift.until, place)}. Next: ${shift.next}.`}
                  </dd>
                </div>
              );
            })}
          </dl>
        </Panel>
      )}
    </>
  );
}

function whenWords(at: Date, timeZone: string): string {
  return at.toLocaleString('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
}
