import { hasEnded, type Interaction } from './interaction';
import type { ResumeStatus } from './pause';

export const runStatuses = [
  'running',
  'paused',
  'completed',
  'failed',
  'cancelled',
  'incomplete',
  'lost',
  'unclear',
] as const;
export type RunStatus = (typeof runStatuses)[number];

/** How a run came to be known here. A foreign one is read-only: without a profile it cannot be resumed. */
export const runOrigins = ['started', 'registered', 'adopted', 'foreign'] as const;
export type RunOrigin = (typeof runOrigins)[number];

const ofGemini: Readonly<Record<string, RunStatus>> = {
  requires_action: 'paused',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  incomplete: 'incomplete',
  budget_exceeded: 'incomplete',
};

/** The run's status by its newest interaction and, if that stands at a pause, by how far the resume is. */
export function runStatus(newest: Pick<Interaction, 'status'>, resume: ResumeStatus | null): RunStatus {
  if (resume === 'lost') return 'lost';
  if (resume === 'resumed' || resume === 'sending') return 'running';
  if (resume === 'closed' && !hasEnded(newest.status)) return 'cancelled';
  return ofGemini[newest.status] ?? 'running'; // an unknown status means "not finished"
}

/** Whether nothing more will happen in a run with this status. */
export function runHasEnded(status: RunStatus): boolean {
  return status !== 'running' && status !== 'paused' && status !== 'unclear';
}

const minuteMs = 60_000;

/**
 * When the reconciler reads an unfinished run again: at `shortestMs` while it is young (15 minutes), then every 5 to
 * 15 minutes. `jitter` is 0…1 and spreads the reads over a quarter of the pause.
 */
export function nextRead(input: { now: Date; since: Date; shortestMs: number; jitter: number }): Date {
  const ageMs = input.now.getTime() - input.since.getTime();
  const pauseMs =
    ageMs < 15 * minuteMs
      ? input.shortestMs
      : Math.max(input.shortestMs, Math.min(15 * minuteMs, Math.max(5 * minuteMs, ageMs / 10)));
  return new Date(input.now.getTime() + pauseMs * (1 + input.jitter / 4));
}
