'use client';

import { useTransition } from 'react';
import { endOtherSessionsAction, endSessionAction } from '@/app/(dashboard)/account/actions';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Time } from '@/components/ui/time';
import { toast } from '@/components/ui/toast';

export type ShownSession = Readonly<{
  id: string;
  device: string;
  address: string | null;
  startedAt: Date;
  expiresAt: Date;
  own: boolean;
}>;

export function Sessions({ sessions }: { sessions: readonly ShownSession[] }) {
  const [busy, start] = useTransition();
  const end = (act: () => Promise<{ message: string }>) =>
    start(async () => {
      const { message } = await act();
      toast(message, { tone: 'success' });
    });
  return (
    <>
      <ul className="grid">
        {sessions.map((session) => (
          <li key={session.id} className="flex items-center gap-4 border-line border-b py-3 first:pt-0 last:border-b-0">
            <span className="min-w-0 flex-1">
              <span className="flex flex-wrap items-center gap-2">
                <span className="font-medium">{session.device}</span>
                {session.own && <Badge tone="success">This one</Badge>}
              </span>
              <span className="block text-faint text-sm">
                {session.address !== null && <>{session.address} · </>}
                signed in <Time value={session.startedAt} /> · ends <Time value={session.expiresAt} />
              </span>
            </span>
            {!session.own && (
              <Button
                size="sm"
                disabled={busy}
                aria-label={`End the session on ${session.device}`}
                onClick={() => end(() => endSessionAction(session.id))}
              >
                End
              </Button>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 && (
        <Button className="mt-3" loading={busy} onClick={() => end(endOtherSessionsAction)}>
          End all other sessions
        </Button>
      )}
    </>
  );
}
