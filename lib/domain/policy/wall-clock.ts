import { weekdayOf } from '../quiet-hours';
import { wallMs } from '../zone-time';
import type { Variables } from './expression';

/** What the clock on the wall says in a time zone: the hour, the day and the date there. */
export function wallClock(timeZone: string): (instant: Date) => Variables['time'] {
  return (instant) => {
    const wall = new Date(wallMs(timeZone, instant));
    return {
      hour: BigInt(wall.getUTCHours()),
      minute: BigInt(wall.getUTCMinutes()),
      weekday: weekdayOf(wall.getTime()),
      date: wall.toISOString().slice(0, 10),
      at: instant,
    };
  };
}
