'use client';

import { setArchivedAction } from '@/app/(dashboard)/agents/actions';
import { Confirm } from '@/components/ui/confirm';
import { toast } from '@/components/ui/toast';

/** Puts an agent away, or brings it back, after a second look. */
export function ArchiveAgent({ id, name, archived }: { id: string; name: string; archived: boolean }) {
  return (
    <Confirm
      side="bottom"
      button={{ children: archived ? 'Use again' : 'Archive' }}
      title={archived ? `Use ${name} again?` : `Archive ${name}?`}
      description={
        archived
          ? 'Runs can be started with it, and it adopts runs if it is set to.'
          : 'Nothing new starts with it, and it adopts no runs. Runs that have begun go on. It can be brought back.'
      }
      confirmLabel={archived ? 'Use again' : 'Archive'}
      onConfirm={async () => {
        const answer = await setArchivedAction(id, !archived);
        if (!answer.ok) return answer.message;
        toast(answer.message, { tone: 'success' });
        return undefined;
      }}
    />
  );
}
