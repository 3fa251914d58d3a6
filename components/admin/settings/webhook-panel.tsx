'use client';

import { useState, useTransition } from 'react';
import { registerWebhookAction, webhookAction } from '@/app/(dashboard)/settings/actions';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Confirm } from '@/components/ui/confirm';
import { CopyButton } from '@/components/ui/copy-button';
import { Definition, DefinitionList } from '@/components/ui/definition-list';
import { Status } from '@/components/ui/status';
import { Time } from '@/components/ui/time';
import { toast } from '@/components/ui/toast';

export type ShownWebhook = Readonly<{
  id: string;
  uri: string;
  state: string;
  stateText: string;
  checkedAt: Date;
  createdAt: Date;
  secrets: readonly { id: string; truncated: string; createdAt: Date; expiresAt: Date | null }[];
}>;

type Act = Parameters<typeof webhookAction>[0];

/** Where Gemini delivers, and what can be done about it. */
export function WebhookPanel({
  address,
  publicAddress,
  keySet,
  environmentSecrets,
  webhooks,
}: {
  address: string;
  /** Whether Gemini can reach the address at all. */
  publicAddress: boolean;
  keySet: boolean;
  environmentSecrets: number;
  webhooks: readonly ShownWebhook[];
}) {
  const [problem, setProblem] = useState('');
  const [busy, start] = useTransition();
  const register = () =>
    start(async () => {
      const answer = await registerWebhookAction();
      setProblem(answer.ok ? '' : answer.message);
      if (answer.ok) toast(answer.message, { tone: 'success' });
    });
  return (
    <div className="grid gap-4">
      <DefinitionList>
        <Definition
          label="Address"
          note={
            publicAddress
              ? undefined
              : 'Gemini cannot reach this address. Set APP_URL to a public https address, or forward one to it.'
          }
        >
          <span className="flex min-w-0 items-center gap-1">
            <code className="min-w-0 font-mono text-sm wrap-anywhere">{address}</code>
            <CopyButton value={address} label="Copy the address" />
          </span>
        </Definition>
        <Definition label="Secrets from the environment" note="GEMINI_WEBHOOK_SECRET; never shown here.">
          {environmentSecrets === 0 ? 'None' : environmentSecrets}
        </Definition>
      </DefinitionList>
      {webhooks.map((webhook) => (
        <Registered key={webhook.id} webhook={webhook} />
      ))}
      {problem !== '' && (
        <Banner tone="danger" live title="Gemini did not register it">
          {problem}
        </Banner>
      )}
      <div className="flex flex-wrap items-center gap-3">
        <Button
          variant={webhooks.length === 0 ? 'primary' : 'secondary'}
          loading={busy}
          disabled={!keySet}
          onClick={register}
        >
          {webhooks.length === 0 ? 'Register the webhook at Gemini' : 'Register another'}
        </Button>
        <span className="text-faint text-sm">
          {keySet
            ? 'Gemini tells the signing secret once; it is kept here, encrypted.'
            : 'This needs an API key: set GEMINI_API_KEY and start again.'}
        </span>
      </div>
    </div>
  );
}

function Registered({ webhook }: { webhook: ShownWebhook }) {
  const [problem, setProblem] = useState('');
  const [busy, start] = useTransition();
  const act = async (what: Act): Promise<string | undefined> => {
    const answer = await webhookAction(what, webhook.id);
    if (!answer.ok) return answer.message;
    setProblem('');
    toast(answer.message, { tone: 'success' });
    return undefined;
  };
  const run = (what: Act) => start(async () => setProblem((await act(what)) ?? ''));
  const works = webhook.state === 'enabled';
  return (
    <section aria-label={`Webhook ${webhook.id}`} className="rounded-md border border-line">
      <div className="px-4 py-2">
        <DefinitionList>
          <Definition
            label="State at Gemini"
            note={
              <>
                read <Time value={webhook.checkedAt} />
              </>
            }
          >
            <Status tone={works ? 'success' : 'danger'} glyph={works ? 'check' : 'warning'}>
              {webhook.stateText.charAt(0).toUpperCase() + webhook.stateText.slice(1)}
            </Status>
          </Definition>
          <Definition label="Delivers to" mono>
            {webhook.uri}
          </Definition>
          <Definition label="Signing secrets">
            <ul className="grid gap-0.5">
              {webhook.secrets.map((secret) => (
                <li key={secret.id}>
                  <span className="font-mono text-sm">{secret.truncated}</span>{' '}
                  <span className="text-faint text-sm">
                    since <Time value={secret.createdAt} />
                    {secret.expiresAt !== null && (
                      <>
                        , ends <Time value={secret.expiresAt} />
                      </>
                    )}
                  </span>
                </li>
              ))}
            </ul>
          </Definition>
          <Definition label="Gemini’s id" mono>
            {webhook.id}
          </Definition>
        </DefinitionList>
      </div>
      {problem !== '' && (
        <Banner tone="danger" live className="mx-4 mb-3">
          {problem}
        </Banner>
      )}
      <div className="flex flex-wrap gap-2 border-line border-t px-4 py-3">
        {!works && webhook.state !== 'missing' && (
          <Button size="sm" variant="primary" loading={busy} onClick={() => run('enable')}>
            Turn on again
          </Button>
        )}
        {works && (
          <Button size="sm" loading={busy} onClick={() => run('ping')}>
            Send a test
          </Button>
        )}
        <Button size="sm" disabled={busy} onClick={() => run('check')}>
          Read the state
        </Button>
        <Confirm
          button={{ size: 'sm', children: 'New secret' }}
          align="start"
          title="Have Gemini make a new signing secret?"
          description="It is used at once. Deliveries signed with the one before still verify for 24 hours."
          confirmLabel="Make a new one"
          onConfirm={() => act('rotate')}
        />
        <Confirm
          danger
          button={{ size: 'sm', variant: 'ghost', children: 'Forget' }}
          align="start"
          title="Forget this webhook?"
          description="Its secrets are deleted here, and what it delivers is refused. Delete it at Gemini too."
          confirmLabel="Forget"
          onConfirm={() => act('forget')}
        />
      </div>
    </section>
  );
}
