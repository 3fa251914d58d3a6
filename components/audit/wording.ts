import type { GlyphName } from '@/components/ui/glyph';
import type { Tone } from '@/components/ui/tone';
import type { AuditOutcome } from '@/lib/domain/audit-search';

export const outcomeLook: Record<AuditOutcome, { word: string; tone: Tone; glyph: GlyphName }> = {
  approved: { word: 'Approved', tone: 'success', glyph: 'check' },
  rejected: { word: 'Rejected', tone: 'danger', glyph: 'cross' },
  answered: { word: 'Answered', tone: 'info', glyph: 'check' },
  expired: { word: 'Expired', tone: 'warning', glyph: 'clock' },
  superseded: { word: 'Superseded', tone: 'neutral', glyph: 'slash' },
  undone: { word: 'Taken back', tone: 'neutral', glyph: 'dash' },
  completed: { word: 'Completed', tone: 'success', glyph: 'check' },
  refused: { word: 'Refused', tone: 'danger', glyph: 'slash' },
  failed: { word: 'Failed', tone: 'danger', glyph: 'cross' },
  unclear: { word: 'Unclear', tone: 'warning', glyph: 'question' },
};

export const surfaceWord: Readonly<Record<string, string>> = {
  web: 'Browser',
  slack: 'Slack',
  api: 'API',
  worker: 'Worker',
  webhook: 'Webhook',
  cli: 'Command line',
};

export const typeWord: Readonly<Record<string, string>> = {
  approval: 'Request',
  run: 'Run',
  interaction: 'Interaction',
  pause: 'Pause',
  agent: 'Agent',
  tool: 'Function',
  person: 'Person',
  api_key: 'API key',
  event: 'Event',
  setting: 'Setting',
  webhook: 'Webhook',
  audit: 'History',
  slack: 'Slack',
  rule: 'Rule',
  system: 'System',
  gemini: 'Gemini',
};

/** A name in code as words: `callHash` and `call_hash` are both “Call hash”. */
export function factLabel(name: string): string {
  const words = name
    .replaceAll('_', ' ')
    .replace(/([a-z])([A-Z])/g, (_all, one, other) => `${one} ${other.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
