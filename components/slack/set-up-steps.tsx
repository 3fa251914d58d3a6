'use client';

import { useState } from 'react';
import { buttonClass } from '@/components/ui/button-class';
import { CodeBlock, InlineCode } from '@/components/ui/code';
import { Disclosure } from '@/components/ui/disclosure';
import { RadioGroup } from '@/components/ui/radio-group';

type Transport = 'http' | 'socket';

/** What a person does at Slack, in order, with the manifest for their own address. */
export function SetUpSteps({
  appUrl,
  manifests,
  createAt,
  inUse,
}: {
  appUrl: string;
  inUse: Transport;
  manifests: Record<Transport, string>;
  createAt: Record<Transport, string>;
}) {
  const [transport, setTransport] = useState<Transport>(
    inUse === 'http' && !appUrl.startsWith('https://') ? 'socket' : inUse,
  );
  return (
    <div className="grid gap-4">
      <RadioGroup
        legend="How Slack reaches us"
        value={transport}
        onValueChange={(value) => setTransport(value === 'socket' ? 'socket' : 'http')}
        options={[
          { value: 'http', label: 'Over HTTP', description: `Slack must reach ${appUrl} from the internet.` },
          {
            value: 'socket',
            label: 'Over a socket that we open',
            description: 'For servers that Slack cannot reach. The worker keeps the connection.',
          },
        ]}
      />
      <ol className="grid list-decimal gap-2 pl-5">
        <li>
          <a className={buttonClass({ size: 'sm' })} href={createAt[transport]} target="_blank" rel="noreferrer">
            Create the app at Slack
          </a>{' '}
          and choose the workspace. The manifest is filled in.
        </li>
        <li>
          Copy the app id, client id, client secret and signing secret from <em>Basic Information</em> into the form
          below.{' '}
          {transport === 'socket' ? (
            <>
              Make an app-level token with the scope <InlineCode>connections:write</InlineCode>, set it as{' '}
              <InlineCode>SLACK_APP_TOKEN</InlineCode> and start again.
            </>
          ) : (
            <>Then press verify beside the events address on the app’s manifest page.</>
          )}
        </li>
        <li>
          Install it: with one click below (over HTTP), or at Slack, copying the bot token from{' '}
          <em>OAuth & Permissions</em>.
        </li>
        <li>
          In Slack, open a private channel and type <InlineCode>/invite @countersign</InlineCode>.
        </li>
        <li>Choose the channel above, send a test, press its button.</li>
        <li>
          Link your account: type <InlineCode>/countersign link</InlineCode> in Slack.
        </li>
      </ol>
      <Disclosure summary="The manifest">
        <CodeBlock value={manifests[transport]} label="manifest.json" />
      </Disclosure>
    </div>
  );
}
