import type { Approval } from './approval';
import type { EscalationStep } from './handling';
import type { Rotation } from './policy/document';
import { shiftAt } from './policy/rotation';

const minuteMs = 60_000;

/** When the next step of an approval's escalation is due; null: there is none any more. */
export function nextEscalation(approval: Pick<Approval, 'createdAt' | 'requirement'>): Date | null {
  const { escalate } = approval.requirement.handling;
  if (escalate.length === 0) return null;
  const first = Math.min(...escalate.map(({ afterMinutes }) => afterMinutes));
  return new Date(approval.createdAt.getTime() + first * minuteMs);
}

/**
 * Takes every step that is due, or all of them when the deadline has come: whom a step names may decide too, and its channel
 * is told. What was taken is not left to take, so it happens once, however late. Null: nothing is due.
 */
export function escalate(
  approval: Approval,
  rotations: Readonly<Record<string, Rotation>>,
  now: Date,
  { all = false }: { all?: boolean } = {},
): { approval: Approval; steps: readonly EscalationStep[] } | null {
  if (approval.state.status !== 'pending') return null;
  const { handling, groups } = approval.requirement;
  const isDue = ({ afterMinutes }: EscalationStep) =>
    all || approval.createdAt.getTime() + afterMinutes * minuteMs <= now.getTime();
  const steps = handling.escalate.filter(isDue);
  if (steps.length === 0) return null;
  const asked = steps.flatMap((step) => audienceOf(step, rotations, now));
  const requirement = {
    ...approval.requirement,
    // No groups means everybody: there is nobody to add.
    groups: groups.length === 0 ? groups : [...new Set([...groups, ...asked])],
    handling: {
      ...handling,
      escalate: handling.escalate.filter((step) => !isDue(step)),
      asked: [...new Set([...handling.asked, ...asked])],
      onCall: [...new Set([...handling.onCall, ...steps.flatMap((step) => onCallFor(step, rotations, now))])],
      slackChannel: steps.findLast(({ slackChannel }) => slackChannel)?.slackChannel ?? handling.slackChannel,
    },
  };
  return { approval: { ...approval, requirement, version: approval.version + 1 }, steps };
}

/** Whom a step asks, as a requirement names them: groups, and single people as `@` and their address. */
export function audienceOf(
  step: EscalationStep,
  rotations: Readonly<Record<string, Rotation>>,
  now: Date,
): readonly string[] {
  return [...step.groups, ...step.people.map(asGroup), ...onCallFor(step, rotations, now)];
}

function onCallFor(step: EscalationStep, rotations: Readonly<Record<string, Rotation>>, now: Date): readonly string[] {
  const rotation =
    step.rotation !== undefined && Object.hasOwn(rotations, step.rotation) ? rotations[step.rotation] : undefined;
  const called = rotation ? onCall(rotation, now) : null;
  return called === null ? [] : [asGroup(called)];
}

/** Who is on call at this instant; null: before the rotation began. */
export function onCall(rotation: Rotation, now: Date): string | null {
  return shiftAt(rotation, now)?.person ?? null;
}

function asGroup(email: string): string {
  return `@${email.toLowerCase()}`;
}
