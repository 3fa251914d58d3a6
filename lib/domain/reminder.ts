import type { Approval } from './approval';

const minuteMs = 60_000;
const unitMinutes = { min: 1, h: 60, d: 1440 } as const;

/** `50%` of the time that there is, or `15 min`, `2 h`, `1 d` before it ends. */
export const reminderForm = /^(?:([1-9]\d?) ?%|([1-9]\d{0,3}) ?(min|h|d))$/;

// Where a rule says nothing: at half time and shortly before the end, unless there is hardly any time at all.
const usual = [
  { reminder: '50%', fromMinutes: 60 },
  { reminder: '15 min', fromMinutes: 30 },
] as const;

type Reminded = Pick<Approval, 'createdAt' | 'deadline' | 'requirement'>;

/** When those who may still decide are reminded, in order. They follow the deadline when it moves. */
export function reminderTimes({ createdAt, deadline, requirement }: Reminded): readonly Date[] {
  const totalMs = deadline.getTime() - createdAt.getTime();
  const wanted =
    requirement.handling.remind ??
    usual.flatMap(({ reminder, fromMinutes }) => (totalMs >= fromMinutes * minuteMs ? [reminder] : []));
  const times = wanted.flatMap((reminder) => {
    const at = instantOf(reminder, createdAt.getTime(), totalMs);
    return at !== null && at > createdAt.getTime() && at < deadline.getTime() ? [at] : [];
  });
  return [...new Set(times)].toSorted((one, other) => one - other).map((at) => new Date(at));
}

/** The next reminder after the last one, which may lie in the past; null: there is none any more. */
export function nextReminder(approval: Reminded, last: Date | null): Date | null {
  const after = last ?? approval.createdAt;
  return reminderTimes(approval).find((at) => at > after) ?? null;
}

/** Whether a reminder is due: one, however many came due since the last. Never when it is decided or too late. */
export function isReminderDue(approval: Reminded & Pick<Approval, 'state'>, last: Date | null, now: Date): boolean {
  if (approval.state.status !== 'pending' || now >= approval.deadline) return false;
  const next = nextReminder(approval, last);
  return next !== null && next <= now;
}

/** `50%` as `halfway`, `15 min` as `15 min before the end`. */
export function reminderWords(reminder: string): string {
  const found = reminderForm.exec(reminder);
  if (found?.[1] !== undefined) return found[1] === '50' ? 'halfway' : `after ${found[1]} % of the time`;
  return `${found?.[2] ?? ''} ${found?.[3] ?? ''} before the end`;
}

function instantOf(reminder: string, openedMs: number, totalMs: number): number | null {
  const found = reminderForm.exec(reminder);
  if (found === null) return null;
  const [, share, count, unit] = found;
  if (share !== undefined) return openedMs + Math.round((totalMs * Number(share)) / 100);
  return openedMs + totalMs - Number(count) * unitMinutes[unit as keyof typeof unitMinutes] * minuteMs;
}
