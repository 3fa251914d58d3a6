import { instantOf, wallMs } from '../zone-time';
import type { Rotation } from './document';

/** Who has a shift, when it began and ends, and who is next. */
export type Shift = Readonly<{ person: string; from: Date; until: Date; next: string }>;

const hourMs = 3600_000;

/**
 * The shift at this instant; null: before the rotation began. With a time zone a shift begins at the same time of the day
 * there, summer and winter; without one its hours are counted.
 */
export function shiftAt({ people, from, shiftHours, timeZone }: Rotation, now: Date): Shift | null {
  const local = (instant: Date) => (timeZone === undefined ? instant.getTime() : wallMs(timeZone, instant));
  const instant = (ms: number) => (timeZone === undefined ? new Date(ms) : instantOf(timeZone, ms));
  const began = local(new Date(from));
  const length = shiftHours * hourMs;
  const number = Math.floor((local(now) - began) / length);
  const [person, next] = [people[number % people.length], people[(number + 1) % people.length]];
  if (number < 0 || person === undefined || next === undefined) return null;
  return { person, next, from: instant(began + number * length), until: instant(began + (number + 1) * length) };
}
