import { describe, expect, test } from 'vitest';
import { onCall } from '@/lib/domain/escalation';
import { lookupWords } from '@/lib/domain/policy/lookup-words';
import { shiftAt } from '@/lib/domain/policy/rotation';
import { fromWallText, instantOf, wallMs, wallText } from '@/lib/domain/zone-time';

const week = { people: ['a@x.de', 'b@x.de', 'c@x.de'], from: '2026-03-23T09:00:00+01:00', shiftHours: 168 };
const zoned = { ...week, timeZone: 'Europe/Berlin' };

describe('the shift of a rotation', () => {
  test('says who has it, until when, and who is next', () => {
    expect(shiftAt(week, new Date('2026-03-24T00:00:00Z'))).toEqual({
      person: 'a@x.de',
      next: 'b@x.de',
      from: new Date('2026-03-23T08:00:00Z'),
      until: new Date('2026-03-30T08:00:00Z'),
    });
    expect(shiftAt({ ...week, people: ['a@x.de'] }, new Date('2026-03-24T00:00:00Z'))?.next).toBe('a@x.de');
  });

  test('is nobody’s before the first one', () => {
    expect(shiftAt(zoned, new Date('2026-03-23T07:59:59Z'))).toBeNull();
    expect(onCall(zoned, new Date('2026-03-23T08:00:00Z'))).toBe('a@x.de');
  });

  // Summer time began on 29 March 2026 in Berlin.
  test.each([
    ['2026-03-30T06:59:59Z', 'a@x.de', 'a@x.de'],
    ['2026-03-30T07:00:00Z', 'a@x.de', 'b@x.de'],
    ['2026-03-30T08:00:00Z', 'b@x.de', 'b@x.de'],
  ])('at %s: %s by counted hours, %s by the clock on the wall', (at, counted, byClock) => {
    expect([onCall(week, new Date(at)), onCall(zoned, new Date(at))]).toEqual([counted, byClock]);
  });

  test('with a time zone begins and ends at the same time of the day all year', () => {
    for (let days = 0; days < 400; days += 5) {
      const shift = shiftAt(zoned, new Date(Date.parse('2026-03-24T00:00:00Z') + days * 86_400_000));
      if (shift === null) throw new Error('nobody');
      expect([shift.from, shift.until].map((at) => wallText('Europe/Berlin', at).slice(11))).toEqual([
        '09:00',
        '09:00',
      ]);
    }
  });
});

describe('the clock on the wall', () => {
  test.each(['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Chatham'])(
    'of %s there and back is the same instant',
    (zone) => {
      for (let hours = 0; hours < 24 * 365; hours += 501) {
        const at = new Date(Date.UTC(2026, 0, 1, hours));
        const back = instantOf(zone, wallMs(zone, at));
        // In the hour that comes twice, either of the two.
        expect([0, 3600_000]).toContain(Math.abs(back.getTime() - at.getTime()));
      }
    },
  );

  test('stands in a field, and comes out of it with its offset', () => {
    expect(wallText('Europe/Berlin', new Date('2026-07-01T07:00:00Z'))).toBe('2026-07-01T09:00');
    expect(fromWallText('Europe/Berlin', '2026-07-01T09:00')).toBe('2026-07-01T09:00:00+02:00');
    expect(fromWallText('America/St_Johns', '2026-01-01T09:00')).toBe('2026-01-01T09:00:00-03:30');
    expect(fromWallText('UTC', '')).toBeNull();
  });
});

test('a lookup is said in a plain sentence', () => {
  expect(lookupWords({ tool: 'same', minutes: 60, of: 'asked', within: 'everything' })).toBe(
    'How many earlier calls of the same function there were in the last 1 h.',
  );
  expect(lookupWords({ tool: 'issue_refund', minutes: 1440, of: 'allowed', within: 'requester', sum: 'amount' })).toBe(
    'The sum of amount in earlier calls of issue_refund that were approved, or still wait, in the last 1 d, for the same requester.',
  );
});
