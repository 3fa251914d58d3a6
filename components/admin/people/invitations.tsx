'use client';

import { useState, useTransition } from 'react';
import { renewInvitationAction, revokeInvitationAction } from '@/app/(dashboard)/people/invitation-actions';
import { Button } from '@/components/ui/button';
import { EmailText } from '@/components/ui/email-text';
import { Panel } from '@/components/ui/panel';
import { Time } from '@/components/ui/time';
import { toast } from '@/components/ui/toast';
import { roleText } from '@/lib/domain/person';
import type { InvitationView } from '@/lib/people/invitations';
import { LinkDialog } from './invite';

/** Who was invited and has not come yet. */
export function Invitations({ invitations }: { invitations: readonly InvitationView[] }) {
  const [busy, start] = useTransition();
  const [renewed, setRenewed] = useState<{ email: string; link: string } | null>(null);
  const renew = ({ id, email }: InvitationView) =>
    start(async () => {
      const answer = await renewInvitationAction(id);
      if (answer.kind === 'done') setRenewed({ email, link: answer.link });
      else toast(answer.message, { tone: 'danger' });
    });
  const revoke = ({ id, email }: InvitationView) =>
    start(async () => {
      await revokeInvitationAction(id);
      toast(`The invitation for ${email} is taken back`, { tone: 'success' });
    });
  return (
    <Panel title="Invited" flush className="mb-8">
      <ul>
        {invitations.map((one) => (
          <li
            key={one.id}
            className="flex flex-wrap items-center gap-x-4 gap-y-2 border-line border-b px-4 py-3 last:border-b-0"
          >
            <span className="min-w-0 flex-1 basis-56">
              <span className="block font-medium">
                <EmailText>{one.email}</EmailText>
              </span>
              <span className="block text-faint text-sm">
                {roleText[one.role].name} · invited by {one.createdBy} · {one.over ? 'ended' : 'ends'}{' '}
                <Time value={one.expiresAt} />
              </span>
            </span>
            <span className="flex gap-2">
              <Button size="sm" disabled={busy} aria-label={`New link for ${one.email}`} onClick={() => renew(one)}>
                New link
              </Button>
              <Button
                size="sm"
                disabled={busy}
                aria-label={`Take back the invitation for ${one.email}`}
                onClick={() => revoke(one)}
              >
                Take back
              </Button>
            </span>
          </li>
        ))}
      </ul>
      {renewed !== null && (
        <LinkDialog title={`Invitation for ${renewed.email}`} link={renewed.link} onClose={() => setRenewed(null)} />
      )}
    </Panel>
  );
}
