'use client';

import type { ReactNode } from 'react';
import { Button, type ButtonProps } from './button';
import { cx } from './cx';
import type { Side } from './place';
import { Tooltip } from './tooltip';

/** A square button with an icon alone; `label` is its name and its tooltip. */
export function IconButton({
  label,
  icon,
  kbd,
  side = 'top',
  variant = 'ghost',
  size = 'md',
  className,
  ...rest
}: Omit<ButtonProps, 'children' | 'icon'> & { label: string; icon: ReactNode; side?: Side }) {
  return (
    <Tooltip content={label} kbd={kbd} side={side}>
      <Button
        {...rest}
        aria-label={label}
        variant={variant}
        size={size}
        className={cx(
          'px-0',
          size === 'sm' ? 'w-7 pointer-coarse:w-9' : size === 'md' ? 'w-8 pointer-coarse:w-10' : 'w-10',
          className,
        )}
      >
        {icon}
      </Button>
    </Tooltip>
  );
}
