import { z } from 'zod';
import { type QuietHours, weekdays } from './quiet-hours';
import { isTimeZone } from './time-zone';

const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'Give a time such as 22:00');

/** Quiet hours as somebody gives them, or as they are stored. Apart from what works with them: browsers need not load zod. */
export const quietHoursSchema: z.ZodType<QuietHours> = z
  .strictObject({
    days: z.array(z.enum(weekdays)).min(1, 'Choose at least one day').max(7),
    from: time,
    to: time,
    timeZone: z.string().max(60).refine(isTimeZone, 'This is no time zone of the IANA database'),
  })
  .refine(({ days, from, to }) => from !== to || new Set(days).size < 7, {
    message: 'Leave some time when you can be reached',
    path: ['to'],
  });
