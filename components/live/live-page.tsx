'use client';

import { type ComponentType, useEffect, useState } from 'react';

/** Keeps the page current, from the moment at which it is ready: the code for it is no part of the first load. */
export function LivePage() {
  const Refresher = useLater(() => import('./refresher'));
  return Refresher && <Refresher />;
}

/** Whether this page hears of changes at the moment. Keeps its place until it knows. */
export function LiveStatus() {
  const Indicator = useLater(() => import('./indicator'));
  return Indicator ? <Indicator /> : <span className="block h-5 min-w-28" />;
}

function useLater(load: () => Promise<{ default: ComponentType }>): ComponentType | null {
  const [loaded, setLoaded] = useState<{ part: ComponentType } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is loaded never changes
  useEffect(() => {
    let wanted = true;
    void load().then((module) => wanted && setLoaded({ part: module.default }));
    return () => {
      wanted = false;
    };
  }, []);
  return loaded?.part ?? null;
}
