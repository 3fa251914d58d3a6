import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type QuietHours, quietUntil, quietWords, weekdays } from '@/lib/domain/quiet-hours';
import { quietHoursSchema } from '@/lib/domain/quiet-hours-schema';

const nights: QuietHours = { days: [...weekdays], from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' };
const weekend: QuietHours = { days: ['sat', 'sun'], from: '00:00', to: '00:00', timeZone: 'UTC' };
const lunch: QuietHours = { days: ['wed'], from: '12:00', to: '13:00', timeZone: 'UTC' };
const until = (quiet: QuietHours | null, at: string) => quietUntil(quiet, new Date(at))?.toISOString() ?? null;

describe('quiet hours', () => {
  test.each([
    [null, '2026-11-25T22:30:00Z', null],
    [lunch, '2026-11-25T11:59:59Z', null],
    [lunch, '2026-11-25T12:00:00Z', '2026-11-25T13:00:00.000Z'],
    [lunch, '2026-11-25T13:00:00Z', null],
    [lunch, '2026-11-26T12:30:00Z', null], // a Thursday
    [nights, '2026-11-25T20:59:00Z', null],
    [nights, '2026-11-25T21:00:00Z', '2026-11-26T06:00:00.000Z'], // 22:00 in Berlin
    [nights, '2026-11-26T05:59:59Z', '2026-11-26T06:00:00.000Z'],
    [nights, '2026-07-01T04:30:00Z', '2026-07-01T05:00:00.000Z'], // in summer
    [nights, '2026-03-28T22:00:00Z', '2026-03-29T05:00:00.000Z'], // the clock goes forward that night
    [nights, '2026-10-24T21:00:00Z', '2026-10-25T06:00:00.000Z'], // and back
    [weekend, '2026-11-28T00:00:00Z', '2026-11-30T00:00:00.000Z'], // one day follows right on the other
    [weekend, '2026-11-27T23:59:59Z', null],
    [{ ...nights, days: ['fri'] }, '2026-11-28T03:00:00Z', '2026-11-28T06:00:00.000Z'], // begun on Friday
    [{ ...nights, days: ['fri'] }, '2026-11-27T03:00:00Z', null],
  ] as const)('%# of %j at %s end at %s', (quiet, at, end) => {
    expect(until(quiet as QuietHours | null, at)).toBe(end);
  });

  test('end when they end: quiet to the last moment, not quiet at the instant itself', () => {
    const clock = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
    const some = fc.record({
      days: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1, maxLength: 6 }),
      from: clock,
      to: clock,
      timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Chatham'),
    });
    const instant = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(some, instant, (quiet, at) => {
        const end = quietUntil(quiet, at);
        if (end === null) return;
        expect(end.getTime()).toBeGreaterThan(at.getTime());
        expect(quietUntil(quiet, end)).toBeNull();
        expect(quietUntil(quiet, new Date(end.getTime() - 1))?.getTime()).toBeGreaterThanOrEqual(end.getTime());
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    [{ ...nights, days: [] }, 'days'],
    [{ ...nights, from: '24:00' }, 'from'],
    [{ ...nights, timeZone: 'Mars/Olympus' }, 'timeZone'],
    [{ ...nights, from: '07:00' }, 'to'], // every day, all day
  ])('%# are not taken when nobody could ever be reached, or nothing is meant', (wrong, where) => {
    expect(quietHoursSchema.safeParse(wrong).error?.issues.map(({ path }) => path[0])).toEqual([where]);
  });

  test('read as words', () => {
    expect(quietWords(nights)).toBe('every day, 22:00 to 07:00 the next day, Europe/Berlin');
    expect(quietWords({ ...lunch, days: ['fri', 'mon', 'tue', 'thu', 'wed'] })).toBe('Mon to Fri, 12:00 to 13:00, UTC');
    expect(quietWords({ ...lunch, days: ['sun', 'wed'] })).toBe('Wed, Sun, 12:00 to 13:00, UTC');
  });
});
