const utc = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});

/** `14 Mar 2026, 09:30 UTC`: the same on every machine. */
export function absoluteUtc(at: Date): string {
  return `${utc.format(at)} UTC`;
}

/** `14 Mar 2026, 10:30:05 GMT+1`: as the reader's own clock says. */
export function absoluteLocal(at: Date): string {
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  }).format(at);
}

/** `now`, `4 min ago`, `in 3 h`, `2 d ago`, `14 Mar`, `14 Mar 2025`: never longer than 12 characters. */
export function relativeWords(at: Date, now: Date): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const size = Math.abs(seconds);
  if (size < 45) return 'now';
  if (size < 7 * 86_400) {
    const words =
      size < 3570
        ? `${Math.round(size / 60)} min`
        : size < 84_600
          ? `${Math.round(size / 3600)} h`
          : `${Math.round(size / 86_400)} d`;
    return seconds < 0 ? `${words} ago` : `in ${words}`;
  }
  const sameYear = at.getFullYear() === now.getFullYear();
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(at);
}

/** What is left, calm while it is long: `3 d 4 h`, `2 h 05 min`, `48 min`, `9:41`. Empty when nothing is left. */
export function leftWords(seconds: number): string {
  if (seconds <= 0) return '';
  const pad = (value: number) => String(value).padStart(2, '0');
  if (seconds < 600) return `${Math.floor(seconds / 60)}:${pad(Math.floor(seconds % 60))}`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}
