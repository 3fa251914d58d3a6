import { Status } from '@/components/ui/status';
import type { Hold, HoldScope } from '@/lib/domain/hold';
import { HoldLink } from './hold-link';
import { HoldSwitch } from './hold-switch';
import { HoldWords } from './hold-words';

const kinds: Record<HoldScope, string> = { everything: 'Everything', tool: 'Function', agent: 'Agent' };

/** What is stopped: by whom, since when and why, each with its release for those who may. */
export function HoldList({ holds, manage }: { holds: readonly (Hold & { name: string })[]; manage: boolean }) {
  if (holds.length === 0) {
    return (
      <Status tone="success" glyph="check">
        Nothing is stopped
      </Status>
    );
  }
  return (
    <ul aria-label="Stopped" className="grid gap-3">
      {holds.map((hold) => (
        <li
          key={`${hold.scope} ${hold.key}`}
          className="flex min-w-0 items-start gap-3 border-line border-t pt-3 first:border-t-0 first:pt-0"
        >
          <div className="min-w-0 flex-1">
            <p className="flex min-w-0 flex-wrap items-baseline gap-x-2">
              <Status tone="warning" glyph="slash">
                {kinds[hold.scope]}
              </Status>
              <HoldLink hold={hold} />
            </p>
            <HoldWords hold={hold} />
          </div>
          {manage && <HoldSwitch scope={hold.scope} holdKey={hold.key} name={hold.name} held size="sm" />}
        </li>
      ))}
    </ul>
  );
}
