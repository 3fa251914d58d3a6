import { instantOf, wallMs } from './zone-time';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/**
 * When a person is not written to: from a time of each of these days, such as `22:00`, to another, the next day when that is
 * not later. The same time twice is a whole day.
 */
export type QuietHours = Readonly<{ days: readonly Weekday[]; from: string; to: string; timeZone: string }>;

/** Until when nobody writes to this person; null: now they can be reached. */
export function quietUntil(quiet: QuietHours | null, now: Date): Date | null {
  if (quiet === null) return null;
  let until = now;
  // One stretch may follow right on another; a week holds them all.
  for (let stretch = 0; stretch <= 8; stretch++) {
    const end = endOfStretch(quiet, until);
    if (end === null) break;
    until = end;
  }
  return until > now ? until : null;
}

/** `Mon to Fri, 22:00 to 07:00, Europe/Berlin`. */
export function quietWords({ days, from, to, timeZone }: QuietHours): string {
  return `${daysWords(days)}, ${from} to ${to}${to <= from ? ' the next day' : ''}, ${timeZone}`;
}

const dayMs = 24 * 3600_000;
const minuteMs = 60_000;

function endOfStretch({ days, from, to, timeZone }: QuietHours, at: Date): Date | null {
  const local = wallMs(timeZone, at);
  const today = Math.floor(local / dayMs) * dayMs;
  for (const day of [today, today - dayMs]) {
    if (!days.includes(weekdayOf(day))) continue;
    const begins = day + minutesOf(from) * minuteMs;
    const ends = day + minutesOf(to) * minuteMs + (to <= from ? dayMs : 0);
    if (local < begins || local >= ends) continue;
    const end = instantOf(timeZone, ends);
    return end > at ? end : new Date(at.getTime() + minuteMs); // an hour that the clock repeats
  }
  return null;
}

/** The day of the week of what a clock on the wall says, see `wallMs`. */
export function weekdayOf(wall: number): Weekday {
  return weekdays[(new Date(wall).getUTCDay() + 6) % 7] ?? 'mon';
}

function minutesOf(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}

function daysWords(days: readonly Weekday[]): string {
  const name = (day: Weekday) => `${day.charAt(0).toUpperCase()}${day.slice(1)}`;
  const sorted = weekdays.filter((day) => days.includes(day));
  if (sorted.length === 7) return 'every day';
  const [first] = sorted;
  const last = sorted.at(-1);
  const inARow = first && last && weekdays.indexOf(last) - weekdays.indexOf(first) === sorted.length - 1;
  return inARow && sorted.length > 2 ? `${name(first)} to ${name(last)}` : sorted.map(name).join(', ');
}
