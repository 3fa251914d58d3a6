export type Side = 'top' | 'bottom' | 'left' | 'right';
export type Align = 'start' | 'center' | 'end';

const EDGE = 8; // px kept free at the edge of the window

/** Puts a floating element beside its anchor, in window coordinates; turns to the other side where there is no room. */
export function place(
  floating: HTMLElement,
  anchor: Element,
  { side, align, gap = 4 }: { side: Side; align: Align; gap?: number },
): void {
  const a = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = floating;
  const room = { width: document.documentElement.clientWidth, height: window.innerHeight };
  const at = sideWithRoom(side, a, width + gap + EDGE, height + gap + EDGE, room);
  const vertical = at === 'top' || at === 'bottom';

  const along = (start: number, end: number, size: number) =>
    align === 'start' ? start : align === 'end' ? end - size : (start + end - size) / 2;
  const left = vertical ? along(a.left, a.right, width) : at === 'left' ? a.left - gap - width : a.right + gap;
  const top = vertical ? (at === 'top' ? a.top - gap - height : a.bottom + gap) : along(a.top, a.bottom, height);

  floating.style.left = `${Math.round(clamp(left, EDGE, room.width - width - EDGE))}px`;
  floating.style.top = `${Math.round(clamp(top, EDGE, room.height - height - EDGE))}px`;
}

function sideWithRoom(
  side: Side,
  a: DOMRect,
  width: number,
  height: number,
  room: { width: number; height: number },
): Side {
  const free = {
    top: a.top - height,
    bottom: room.height - a.bottom - height,
    left: a.left - width,
    right: room.width - a.right - width,
  };
  const opposite = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' } as const;
  return free[side] < 0 && free[opposite[side]] > free[side] ? opposite[side] : side;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}
