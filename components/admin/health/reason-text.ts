const texts: Readonly<Record<string, string>> = {
  missing_header: 'a signature header is missing',
  malformed_header: 'a signature header cannot be read',
  stale: 'its time is more than five minutes off',
  no_match: 'no signature matches: wrong secret, or not from Gemini',
  too_large: 'larger than 64 KiB',
  keys_unavailable: 'Google’s keys could not be loaded',
};

/** Why deliveries were refused, in words. */
export function reasonText(reason: string): string {
  return texts[reason] ?? reason.replaceAll('_', ' ');
}
