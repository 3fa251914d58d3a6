import pino from 'pino';

/** One JSON line per fact: ids, counts, durations; never arguments, bodies or secrets. */
export const log = pino({
  base: null,
  // The only other reader of the environment: the log must work before, and when, the environment is refused.
  level: process.env.LOG_LEVEL ?? 'info',
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }) },
  redact: { paths: ['*.authorization', '*.password', '*.secret', '*.token', '*.apiKey'], censor: '[removed]' },
});
