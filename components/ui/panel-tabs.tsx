'use client';

import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import { Count } from './badge';
import { tabClass, tabListClass } from './tabs';

export type PanelTab = { id: string; label: ReactNode; count?: number | undefined; content: ReactNode };

/** Tabs that swap a panel in place. Arrow keys, Home and End move and show at once. */
export function PanelTabs({
  label,
  tabs,
  defaultTab,
  className,
}: {
  label: string;
  tabs: readonly PanelTab[];
  defaultTab?: string;
  className?: string;
}) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState(defaultTab ?? tabs[0]?.id);
  const current = tabs.find((tab) => tab.id === chosen) ?? tabs[0];

  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab.id === current?.id);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const index = (to + tabs.length) % tabs.length;
    setChosen(tabs[index]?.id);
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[index]?.focus();
  };

  return (
    <div className={className}>
      <div ref={list} role="tablist" aria-label={label} className={tabListClass} onKeyDown={onKeyDown} tabIndex={-1}>
        {tabs.map((tab) => {
          const selected = tab.id === current?.id;
          return (
            <button
              key={tab.id}
              type="button"
              role="tab"
              id={`${id}-${tab.id}`}
              aria-selected={selected}
              aria-controls={selected ? `${id}-panel` : undefined}
              tabIndex={selected ? 0 : -1}
              className={tabClass}
              onClick={() => setChosen(tab.id)}
            >
              {tab.label}
              {tab.count !== undefined && <Count value={tab.count} />}
            </button>
          );
        })}
      </div>
      {current !== undefined && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a panel without a focusable child must be reachable by Tab
        <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${current.id}`} tabIndex={0} className="pt-4">
          {current.content}
        </div>
      )}
    </div>
  );
}
