'use client';

import { unlinkAction } from '@/app/(dashboard)/settings/slack/actions';
import { Confirm } from '@/components/ui/confirm';
import { Time } from '@/components/ui/time';
import { toast } from '@/components/ui/toast';

export type ShownLink = Readonly<{
  id: string;
  workspace: string;
  slackUserId: string;
  method: string;
  status: string;
  verifiedAt: Date;
  person: Readonly<{ name: string; email: string }>;
}>;

const methods: Readonly<Record<string, string>> = {
  link: 'confirmed here',
  sign_in: 'Sign in with Slack',
  email: 'matched by e-mail',
  admin: 'by an admin',
};

/** Slack accounts with the people whose they are. */
export function LinkList({
  links,
  empty,
  withPeople = false,
}: {
  links: readonly ShownLink[];
  empty: string;
  withPeople?: boolean;
}) {
  if (links.length === 0) return <p className="text-muted">{empty}</p>;
  return (
    <ul className="grid divide-y divide-line">
      {links.map((link) => (
        <li key={link.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2 first:pt-0 last:pb-0">
          <div className="min-w-0 flex-1 basis-56">
            {withPeople && (
              <div className="wrap-anywhere">
                {link.person.name} <span className="text-faint">{link.person.email}</span>
              </div>
            )}
            <div className={withPeople ? 'text-faint text-sm' : undefined}>
              <code className="font-mono text-sm">{link.slackUserId}</code> in {link.workspace}
              {link.status === 'frozen' && ' · stopped: link it again'}
            </div>
            <div className="text-faint text-sm">
              {methods[link.method] ?? link.method}, <Time value={link.verifiedAt} />
            </div>
          </div>
          <Confirm
            button={{ children: 'Unlink', size: 'sm' }}
            title="Unlink this account?"
            description="What it clicks in Slack will not count any more."
            confirmLabel="Unlink"
            onConfirm={async () => {
              const answer = await unlinkAction(link.id);
              if (!answer.ok) return answer.message;
              toast(answer.message, { tone: 'success' });
              return undefined;
            }}
          />
        </li>
      ))}
    </ul>
  );
}
