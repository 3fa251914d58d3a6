'use client';

import { useTransition } from 'react';
import { endSessionsOfAction, resetFactorsAction } from '@/app/(dashboard)/people/actions';
import { Button } from '@/components/ui/button';
import { Confirm } from '@/components/ui/confirm';
import { Panel } from '@/components/ui/panel';
import { Status } from '@/components/ui/status';
import { Time } from '@/components/ui/time';
import { toast } from '@/components/ui/toast';

type ShownSession = Readonly<{
  id: string;
  device: string;
  address: string | null;
  startedAt: Date;
  expiresAt: Date;
}>;

/** How a person gets in, and where they are in now: what an admin sees of it, and can end. */
export function PersonAccess({
  person,
  factors,
  sessions,
}: {
  person: { id: string; name: string };
  factors: { totp: boolean; passkeys: number };
  sessions: readonly ShownSession[];
}) {
  const [busy, start] = useTransition();
  const end = (sessionId: string | null) =>
    start(async () => {
      const answer = await endSessionsOfAction(person.id, sessionId);
      toast(answer.message, { tone: answer.ok ? 'success' : 'danger' });
    });
  const protectedBy = [
    factors.totp ? 'an authenticator app' : '',
    factors.passkeys === 0 ? '' : factors.passkeys === 1 ? 'one passkey' : `${factors.passkeys} passkeys`,
  ].filter((words) => words !== '');
  return (
    <>
      <Panel
        title="Second factor"
        description="When somebody has lost their device, take their second factors away; they sign in with their password and add new ones."
        actions={
          protectedBy.length > 0 && (
            <Confirm
              button={{ size: 'sm', children: 'Remove all' }}
              title="Remove every second factor?"
              description="Their sessions end too."
              confirmLabel="Remove"
              danger
              onConfirm={async () => {
                const answer = await resetFactorsAction(person.id);
                if (!answer.ok) return answer.message;
                toast(answer.message, { tone: 'success' });
                return undefined;
              }}
            />
          )
        }
      >
        {protectedBy.length > 0 ? (
          <Status tone="success" glyph="check">
            {capital(protectedBy.join(' and '))}
          </Status>
        ) : (
          <Status glyph="dash">None</Status>
        )}
      </Panel>
      <Panel
        title="Sessions"
        description={sessions.length === 0 ? 'They are not signed in anywhere.' : 'Where they are signed in.'}
        actions={
          sessions.length > 1 && (
            <Button size="sm" loading={busy} onClick={() => end(null)}>
              End all
            </Button>
          )
        }
        {...(sessions.length === 0
          ? {}
          : {
              children: (
                <ul className="grid">
                  {sessions.map((session) => (
                    <li
                      key={session.id}
                      className="flex items-center gap-4 border-line border-b py-3 first:pt-0 last:border-b-0 last:pb-0"
                    >
                      <span className="min-w-0 flex-1">
                        <span className="font-medium">{session.device}</span>
                        <span className="block text-faint text-sm">
                          {session.address !== null && <>{session.address} · </>}
                          signed in <Time value={session.startedAt} /> · ends <Time value={session.expiresAt} />
                        </span>
                      </span>
                      <Button
                        size="sm"
                        disabled={busy}
                        aria-label={`End the session on ${session.device}`}
                        onClick={() => end(session.id)}
                      >
                        End
                      </Button>
                    </li>
                  ))}
                </ul>
              ),
            })}
      />
    </>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
