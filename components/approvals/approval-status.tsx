import { Status } from '@/components/ui/status';
import type { ApprovalStatus } from '@/lib/domain/approval';
import { approvalLook } from './look';

/** Where a request stands: glyph, word and colour. `changed` says that a reviewer approved other arguments. */
export function ApprovalStatusMark({ status, changed = false }: { status: ApprovalStatus; changed?: boolean }) {
  const { word, tone, glyph } = approvalLook[status];
  return (
    <Status tone={tone} glyph={glyph}>
      {changed && status === 'approved' ? 'Approved, edited' : word}
    </Status>
  );
}
