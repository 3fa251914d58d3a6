import { isIP } from 'node:net';

/**
 * The address that a request came from, or null. Taken from the end of `x-forwarded-for`, which the nearest proxy writes;
 * what stands before it the client may have written itself. Without a proxy Next fills the header from the socket.
 */
export function clientAddress(headers: Headers): string | null {
  const nearest =
    headers
      .get('x-forwarded-for')
      ?.split(',')
      .at(-1)
      ?.trim()
      .replace(/^::ffff:/i, '') ?? '';
  return isIP(nearest) === 0 ? null : nearest;
}
