'use client';

import { Monitor, Moon, Sun } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { SegmentedControl } from './segmented-control';
import { parseTheme, type Theme, themeCookie } from './theme';

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Light, dark or as the system says. Kept in a cookie, so that the next page arrives in the right colours. */
export function ThemeToggle({ className }: { className?: string }) {
  const theme = useSyncExternalStore(
    subscribe,
    () => parseTheme(document.documentElement.dataset.theme),
    () => 'system' as const,
  );
  return (
    <SegmentedControl
      label="Theme"
      value={theme}
      onValueChange={choose}
      options={[
        { value: 'system', label: <span className="sr-only">System</span>, icon: <Monitor aria-hidden="true" /> },
        { value: 'light', label: <span className="sr-only">Light</span>, icon: <Sun aria-hidden="true" /> },
        { value: 'dark', label: <span className="sr-only">Dark</span>, icon: <Moon aria-hidden="true" /> },
      ]}
      {...(className === undefined ? {} : { className })}
    />
  );
}

function choose(theme: Theme): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere yet
  document.cookie = `${themeCookie}=${theme}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

function subscribe(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
