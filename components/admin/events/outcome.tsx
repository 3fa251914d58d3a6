import type { GlyphName } from '@/components/ui/glyph';
import { Status } from '@/components/ui/status';
import type { Tone } from '@/components/ui/tone';

export type Outcome = 'synced' | 'foreign' | 'kept' | 'ignored' | 'not_ours' | 'refused' | 'unreadable' | 'waiting';

/** What became of a delivery, in a word and in a sentence. */
export const outcomeText: Record<Outcome, { word: string; meaning: string; glyph: GlyphName; tone: Tone }> = {
  synced: {
    word: 'Read',
    meaning: 'The interaction was read and its run brought up to date.',
    glyph: 'check',
    tone: 'success',
  },
  foreign: {
    word: 'Foreign',
    meaning: 'A run of another program, shown and not resumable from here.',
    glyph: 'half',
    tone: 'info',
  },
  kept: { word: 'Kept', meaning: 'Nothing to do but to keep it.', glyph: 'dash', tone: 'neutral' },
  ignored: { word: 'Ignored', meaning: 'Left alone, by setting or by limit.', glyph: 'slash', tone: 'neutral' },
  not_ours: { word: 'Not ours', meaning: 'Our key does not find the interaction.', glyph: 'slash', tone: 'neutral' },
  refused: {
    word: 'Refused',
    meaning: 'Gemini refused to let us read the interaction.',
    glyph: 'warning',
    tone: 'danger',
  },
  unreadable: { word: 'Unreadable', meaning: 'The body is not an event.', glyph: 'warning', tone: 'danger' },
  waiting: { word: 'Waiting', meaning: 'Stored; a worker has not looked at it yet.', glyph: 'clock', tone: 'warning' },
};

export function EventOutcome({ outcome }: { outcome: Outcome }) {
  const { word, meaning, glyph, tone } = outcomeText[outcome];
  return (
    <span title={meaning}>
      <Status tone={tone} glyph={glyph}>
        {word}
      </Status>
    </span>
  );
}

/** What a kind of signature proves. */
export const schemeText: Readonly<Record<string, { word: string; meaning: string }>> = {
  v1: { word: 'Static webhook', meaning: 'Signed with our own secret: id, time and body are as Gemini sent them.' },
  v1a: { word: 'Dynamic webhook', meaning: 'Signed by Google for some customer: it counts only for runs known here.' },
  jwt: { word: 'Dynamic webhook (token)', meaning: 'Google issued the token; the body is not covered by it.' },
};
