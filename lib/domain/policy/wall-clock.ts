import type { Variables } from './expression';

/** What the clock on the wall says in a time zone: the hour, the day and the date there. */
export function wallClock(timeZone: string): (instant: Date) => Variables['time'] {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (instant) => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
    return {
      hour: BigInt(part('hour')),
      minute: BigInt(part('minute')),
      weekday: part('weekday').toLowerCase(),
      date: `${part('year')}-${part('month')}-${part('day')}`,
      at: instant,
    };
  };
}
