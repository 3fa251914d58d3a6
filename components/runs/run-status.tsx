import { Status } from '@/components/ui/status';
import type { RunStatus } from '@/lib/domain/run';
import { runLook } from './wording';

/** Where a run stands: glyph, word and colour. */
export function RunStatusMark({ status }: { status: RunStatus }) {
  const { word, tone, glyph } = runLook[status];
  return (
    <Status tone={tone} glyph={glyph}>
      {word}
    </Status>
  );
}
