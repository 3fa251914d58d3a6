'use client';

import { Menu } from 'lucide-react';
import { usePathname } from 'next/navigation';
import { type ReactNode, useEffect, useState } from 'react';
import { Dialog } from '../ui/dialog';
import { IconButton } from '../ui/icon-button';

/** The navigation on small windows: a button that opens it as a sheet, which closes when the page changes. */
export function NavDrawer({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const pathname = usePathname();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the sheet closes whenever the address changes
  useEffect(() => setOpen(false), [pathname]);
  return (
    <>
      <IconButton label="Menu" icon={<Menu />} side="bottom" aria-expanded={open} onClick={() => setOpen(true)} />
      <Dialog open={open} onOpenChange={setOpen} title="Menu" titleHidden side="left" flush>
        {children}
      </Dialog>
    </>
  );
}
