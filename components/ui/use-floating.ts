import { type RefObject, useCallback, useEffect, useRef } from 'react';
import { type Align, place, type Side } from './place';

/**
 * Ties an element with a `popover` attribute to an anchor: in the top layer while `open`, placed again on scroll and
 * resize. The browser closes an `auto` popover on Escape and on a click outside, and says so through `onOpenChange`.
 */
export function useFloating<Floating extends HTMLElement>(
  anchor: RefObject<Element | null>,
  {
    open,
    onOpenChange,
    side,
    align,
    gap,
  }: { open: boolean; onOpenChange: (open: boolean) => void; side: Side; align: Align; gap?: number },
): RefObject<Floating | null> {
  const floating = useRef<Floating>(null);
  const settle = useCallback(() => {
    if (floating.current !== null && anchor.current !== null) {
      place(floating.current, anchor.current, { side, align, ...(gap === undefined ? {} : { gap }) });
    }
  }, [anchor, side, align, gap]);

  useEffect(() => {
    const element = floating.current;
    if (element === null || !open) return;
    if (!element.matches(':popover-open')) element.showPopover();
    settle();
    const sized = new ResizeObserver(settle);
    sized.observe(element);
    window.addEventListener('scroll', settle, { capture: true, passive: true });
    window.addEventListener('resize', settle);
    return () => {
      sized.disconnect();
      window.removeEventListener('scroll', settle, { capture: true });
      window.removeEventListener('resize', settle);
      if (element.matches(':popover-open')) element.hidePopover();
    };
  }, [open, settle]);

  useEffect(() => {
    const element = floating.current;
    if (element === null) return;
    const toggled = (event: Event) => {
      if ((event as ToggleEvent).newState === 'closed') onOpenChange(false);
    };
    element.addEventListener('toggle', toggled);
    return () => element.removeEventListener('toggle', toggled);
  }, [onOpenChange]);

  return floating;
}
