export type Theme = 'system' | 'light' | 'dark';

export const themeCookie = 'theme';

/** What a cookie says; anything else counts as the system's choice. */
export function parseTheme(value: string | undefined): Theme {
  return value === 'light' || value === 'dark' ? value : 'system';
}
