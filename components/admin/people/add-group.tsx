'use client';

import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { GroupDialog } from './group-dialog';

/** The button that makes a group, with its dialog. */
export function AddGroup() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="primary" icon={<Plus aria-hidden="true" />} onClick={() => setOpen(true)}>
        New group
      </Button>
      {open && <GroupDialog group={null} onClose={() => setOpen(false)} />}
    </>
  );
}
