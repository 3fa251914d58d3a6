/**
 * Where to go after signing in, from an address that anybody may have written: a path of this app, else the inbox. Never
 * another host, whatever spelling a browser would take for one.
 */
export function nextPath(value: unknown): string {
  const home = '/inbox';
  if (typeof value !== 'string' || value.length > 2000 || !value.startsWith('/')) return home;
  // Browsers read "\" as "/" and drop tabs and line breaks; nothing of ours has either in its address.
  if (value.startsWith('//') || /[\\\p{Cc}\s]/u.test(value)) return home;
  try {
    const base = 'http://here.invalid';
    const url = new URL(value, base);
    if (url.origin !== base || url.pathname.startsWith('//')) return home;
    if (/^\/(api|sign-in|set-up|invitation)(\/|$)/.test(url.pathname) || url.pathname === '/') return home;
    return `${url.pathname}${url.search}${url.hash}`;
  } catch {
    return home;
  }
}
