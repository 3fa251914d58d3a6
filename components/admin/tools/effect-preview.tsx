'use client';

import { JsonView } from '@/components/ui/json-view';
import { Link } from '@/components/ui/link';
import { Panel } from '@/components/ui/panel';
import { SafeText } from '@/components/ui/safe-text';
import { Tier } from '@/components/ui/tier';
import { Time } from '@/components/ui/time';
import { effectSentence } from '@/lib/domain/effect';
import { emptyGaps } from '@/lib/domain/effect-template';
import type { JsonObject } from '@/lib/domain/json';
import { mask } from '@/lib/domain/masking';
import type { Tier as TierNumber } from '@/lib/domain/tier';

export type ShownCall = Readonly<{ id: string; at: Date; arguments: JsonObject }>;

const shownAtOnce = 5;

/** What people would read of the latest calls, made as it is made for a new one. */
export function EffectPreview({
  name,
  tier,
  template,
  masked,
  calls,
}: {
  name: string;
  tier: TierNumber;
  template: string;
  masked: readonly string[];
  calls: readonly ShownCall[];
}) {
  if (calls.length === 0) {
    return (
      <Panel title="Preview">
        <p className="text-muted text-sm">
          With the first call, you see here what people will read. Until then the sentence shows its gaps:{' '}
          <span className="text-ink">{template || `Call ${name}`}</span>
        </p>
      </Panel>
    );
  }
  return (
    <Panel title="Preview" description="What people would read of the latest calls.">
      <ul aria-label="Preview" className="grid gap-4">
        {calls.slice(0, shownAtOnce).map((call, index) => {
          const args = mask(call.arguments, masked);
          const empty = emptyGaps({ arguments: args }, template);
          return (
            <li key={call.id} className="grid min-w-0 gap-1.5 border-line border-t pt-3 first:border-t-0 first:pt-0">
              <p className="wrap-anywhere font-medium">
                <SafeText>{effectSentence({ name, arguments: args }, template)}</SafeText>
              </p>
              {empty.length > 0 && (
                <p className="text-sm text-warning wrap-anywhere">
                  {`This call has no ${empty.join(' and no ')}, so it shows the function’s name.`}
                </p>
              )}
              <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-faint text-sm">
                <Tier tier={tier} />
                <Link href={`/approvals/${call.id}`}>Open the call</Link>
                <Time value={call.at} />
              </p>
              {index === 0 && <JsonView label="arguments" value={args} depth={2} copy={false} />}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
