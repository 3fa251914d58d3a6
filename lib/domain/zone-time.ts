const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(timeZone, format);
  return format;
}

/** What the clock on the wall says there, as the milliseconds that UTC would have when its clocks say so. */
export function wallMs(timeZone: string, instant: Date): number {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/** The instant at which the clock there says this; of a time that is skipped or comes twice, one close to it. */
export function instantOf(timeZone: string, wall: number): Date {
  const offset = (ms: number) => wallMs(timeZone, new Date(ms)) - Math.floor(ms / 1000) * 1000;
  const first = wall - offset(wall);
  return new Date(wall - offset(first));
}

/** An instant as `2026-01-05T08:00`, the way a field for date and time wants it. */
export function wallText(timeZone: string, instant: Date): string {
  return new Date(wallMs(timeZone, instant)).toISOString().slice(0, 16);
}

/** What such a field holds, as an instant with the offset of that place: `2026-01-05T08:00:00+01:00`. Null: it holds none. */
export function fromWallText(timeZone: string, text: string): string | null {
  const wall = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) ? Date.parse(`${text}:00Z`) : Number.NaN;
  if (Number.isNaN(wall)) return null;
  const minutes = Math.round((wall - instantOf(timeZone, wall).getTime()) / 60_000);
  const [sign, size] = [minutes < 0 ? '-' : '+', Math.abs(minutes)];
  const two = (value: number) => String(value).padStart(2, '0');
  return `${text}:00${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
