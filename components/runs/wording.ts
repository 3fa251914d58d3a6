import type { GlyphName } from '@/components/ui/glyph';
import type { Tone } from '@/components/ui/tone';
import type { RunOrigin, RunStatus } from '@/lib/domain/run';

export const runLook: Record<RunStatus, { word: string; tone: Tone; glyph: GlyphName; meaning: string }> = {
  running: { word: 'Running', tone: 'info', glyph: 'half', meaning: 'The agent works.' },
  paused: { word: 'Paused', tone: 'warning', glyph: 'clock', meaning: 'The agent waits for decisions.' },
  completed: { word: 'Completed', tone: 'success', glyph: 'check', meaning: 'The agent has finished.' },
  failed: { word: 'Failed', tone: 'danger', glyph: 'cross', meaning: 'It ended with an error.' },
  cancelled: { word: 'Cancelled', tone: 'neutral', glyph: 'slash', meaning: 'Somebody, or another program, ended it.' },
  incomplete: { word: 'Incomplete', tone: 'warning', glyph: 'dash', meaning: 'It was cut off by a limit.' },
  lost: { word: 'Lost', tone: 'danger', glyph: 'question', meaning: 'Gemini no longer keeps it.' },
  unclear: { word: 'Unclear', tone: 'warning', glyph: 'question', meaning: 'Whether it was started is not known.' },
};

export const originText: Record<RunOrigin, string> = {
  started: 'Started from here',
  registered: 'Started elsewhere, registered here',
  adopted: 'Started elsewhere, adopted by its agent',
  foreign: 'Started elsewhere, read-only',
};

/** Gemini's word for an interaction, for people. */
export function interactionWord(status: string): string {
  const words = status.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const attemptWords: Record<string, string> = {
  resumed: 'arrived',
  rate_limited: 'was put off: Gemini asked to wait',
  refused: 'was refused',
  lost: 'found the interaction gone',
  unclear: 'has an unclear outcome',
};

/** How long something took: `840 ms`, `12 s`, `4 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export function durationWords(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}
