'use client';

import { X } from 'lucide-react';
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { cx } from './cx';
import { IconButton } from './icon-button';

type Side = 'center' | 'left' | 'right';

export type DialogProps = Readonly<{
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  titleHidden?: boolean;
  description?: ReactNode;
  size?: 'sm' | 'md' | 'lg';
  /** `left` and `right` make a sheet along that edge of the window. */
  side?: Side;
  dismissable?: boolean;
  /** Buttons, the primary one last. */
  footer?: ReactNode;
  /** Leaves out the padding around the content. */
  flush?: boolean;
  children?: ReactNode;
}>;

/**
 * A modal dialog on the browser's own `<dialog>`: the rest of the page is inert, focus stays inside and returns to
 * where it was. Escape, the close button and a click outside ask to close through `onOpenChange`; pass
 * `dismissable={false}` where a stray click would lose work (Escape still asks). Its content mounts when it opens.
 * The first element with `data-autofocus` takes the focus, else the first field, else the dialog.
 */
export function Dialog({
  open,
  onOpenChange,
  title,
  titleHidden = false,
  description,
  size = 'md',
  side = 'center',
  dismissable = true,
  footer,
  flush = false,
  children,
}: DialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const pressedOutside = useRef(false);

  // In the layout phase: a dialog that has left the page can no longer give the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element === null || !open) return;
    if (!element.open) element.showModal();
    firstStop(element)?.focus();
    return () => element.close();
  }, [open]);
  // What had the focus may have made room for something else, such as a form for its answer.
  useLayoutEffect(() => {
    if (open && document.activeElement === document.body && dialog.current !== null) firstStop(dialog.current)?.focus();
  });

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the keyboard's way out and arrives as `cancel`
    <dialog
      ref={dialog}
      aria-labelledby={`${id}-title`}
      aria-describedby={description === undefined ? undefined : `${id}-description`}
      onCancel={(event) => {
        if (event.target !== dialog.current) return; // a file picker inside tells of its own cancelling
        event.preventDefault();
        onOpenChange(false);
      }}
      // A second Escape in a row closes in spite of us; the state follows. The event comes late: it may be open again.
      onClose={(event) => {
        if (open && event.target === dialog.current && !event.currentTarget.open) onOpenChange(false);
      }}
      onPointerDown={(event) => {
        pressedOutside.current = event.target === dialog.current;
      }}
      onClick={(event) => {
        if (dismissable && pressedOutside.current && event.target === dialog.current) onOpenChange(false);
      }}
      className={cx(
        'fixed m-auto max-h-none max-w-none bg-transparent p-0',
        side === 'center' && 'w-full p-4 max-xs:p-2',
        side === 'center' && widths[size],
        side === 'left' && 'inset-y-0 left-0 m-0 h-dvh w-72 max-w-[85vw] open:animate-slide-left',
        side === 'right' && 'inset-y-0 right-0 left-auto m-0 ml-auto h-dvh w-136 max-w-full open:animate-slide-right',
        side === 'center' && 'inset-0 h-fit open:animate-appear',
      )}
    >
      {open && (
        <div
          tabIndex={-1}
          className={cx(
            'flex flex-col bg-raised text-ink outline-none',
            side === 'center' && 'max-h-[calc(100dvh-2rem)] rounded-lg border border-line-strong shadow-float',
            side === 'left' && 'h-full border-line-strong border-r',
            side === 'right' && 'h-full border-line-strong border-l',
          )}
        >
          <div className={cx('flex items-start gap-4 px-5 pt-4 pb-3', titleHidden && 'sr-only')}>
            <div className="min-w-0 flex-1">
              <h2 id={`${id}-title`} className="font-semibold text-lg">
                {title}
              </h2>
              {description !== undefined && (
                <p id={`${id}-description`} className="mt-1 text-muted">
                  {description}
                </p>
              )}
            </div>
            {!titleHidden && (
              <IconButton label="Close" icon={<X />} size="sm" className="-mr-2" onClick={() => onOpenChange(false)} />
            )}
          </div>
          <div className={cx('min-h-0 flex-1 overflow-y-auto', !flush && 'px-5 pb-5')}>{children}</div>
          {footer !== undefined && (
            <div className="flex flex-wrap items-center justify-end gap-2 border-line border-t px-5 py-3">{footer}</div>
          )}
        </div>
      )}
    </dialog>
  );
}

const widths = { sm: 'max-w-104', md: 'max-w-136', lg: 'max-w-208' };

function firstStop(dialog: HTMLDialogElement): HTMLElement | null {
  return (
    dialog.querySelector<HTMLElement>('[data-autofocus]') ??
    dialog.querySelector<HTMLElement>(
      'input:not([type="hidden"], :disabled), textarea:not(:disabled), select:not(:disabled)',
    ) ??
    dialog.querySelector<HTMLElement>('[tabindex="-1"]')
  );
}
