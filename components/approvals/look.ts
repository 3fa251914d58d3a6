import type { GlyphName } from '@/components/ui/glyph';
import type { Tone } from '@/components/ui/tone';
import type { ApprovalStatus } from '@/lib/domain/approval';

/** Word, colour and glyph of a state. */
export type Look = { word: string; tone: Tone; glyph: GlyphName };

export const approvalLook: Record<ApprovalStatus, Look> = {
  pending: { word: 'Pending', tone: 'neutral', glyph: 'ring' },
  approved: { word: 'Approved', tone: 'success', glyph: 'check' },
  rejected: { word: 'Rejected', tone: 'danger', glyph: 'cross' },
  answered: { word: 'Answered', tone: 'info', glyph: 'answer' },
  expired: { word: 'Expired', tone: 'warning', glyph: 'clock' },
  superseded: { word: 'Superseded', tone: 'neutral', glyph: 'dash' },
};
