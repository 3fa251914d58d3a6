import type { ReactNode } from 'react';
import { Definition, DefinitionList } from '@/components/ui/definition-list';
import { Status } from '@/components/ui/status';
import { Time } from '@/components/ui/time';
import type { InstallationView } from '@/lib/slack/overview';

/** Everything of a workspace that can stand in the way of an approval, each with how it is. */
export function Health({ health }: { health: InstallationView }) {
  const { channel, missingScopes, clockSkewMs, waiting, lost } = health;
  return (
    <DefinitionList>
      {channel !== null && (
        <>
          <Definition label="App in the channel" note={channel.problem ?? undefined}>
            {channel.problem !== null ? (
              <Bad>Cannot post there</Bad>
            ) : (
              <Fact known={channel.member} yes="Yes" no="No" />
            )}
          </Definition>
          <Definition
            label="Who can read it"
            note={
              channel.private === false ? 'Everybody in the workspace sees the arguments of each request.' : undefined
            }
          >
            {channel.shared === true ? (
              <Bad>Shared with another organisation</Bad>
            ) : channel.private === null ? (
              <Unknown />
            ) : channel.private ? (
              <Good>Private, not shared</Good>
            ) : (
              <Warn>Public, not shared</Warn>
            )}
          </Definition>
        </>
      )}
      <Definition
        label="Scopes"
        note={
          missingScopes.length === 0 ? undefined : (
            <ul className="grid gap-1">
              {missingScopes.map(({ scope, without }) => (
                <li key={scope}>
                  <code className="font-mono">{scope}</code>: {without}
                </li>
              ))}
            </ul>
          )
        }
      >
        {missingScopes.length === 0 ? <Good>All there</Good> : <Warn>{`${missingScopes.length} missing`}</Warn>}
      </Definition>
      <Definition
        label="Messages"
        note={lost > 0 ? 'What cannot be posted or updated is decided in the browser all the same.' : undefined}
      >
        {lost > 0 ? (
          <Bad>{lost === 1 ? '1 open request cannot be shown' : `${lost} open requests cannot be shown`}</Bad>
        ) : waiting > 0 ? (
          <Warn>{`Catching up with ${waiting}`}</Warn>
        ) : (
          <Good>Up to date</Good>
        )}
      </Definition>
      <Definition label="Last update delivered">
        <Moment at={health.lastDeliveryAt} />
      </Definition>
      <Definition
        label="Last event received"
        note={health.lastEventAt === null ? 'Slack sends one when somebody opens the app’s Home.' : undefined}
      >
        <Moment at={health.lastEventAt} />
      </Definition>
      <Definition
        label="Last click"
        note={health.lastClickAt === null ? 'Send a test and press its button.' : undefined}
      >
        <Moment at={health.lastClickAt} />
      </Definition>
      <Definition
        label="Clock"
        note={
          skewIsLarge(clockSkewMs) ? 'More than five minutes off, and every request over HTTP is refused.' : undefined
        }
      >
        {clockSkewMs === null ? (
          <Unknown />
        ) : skewIsLarge(clockSkewMs) ? (
          <Warn>{skewText(clockSkewMs)}</Warn>
        ) : (
          <Good>{skewText(clockSkewMs)}</Good>
        )}
      </Definition>
      <Definition label="Checked">
        <Moment at={health.checkedAt} />
      </Definition>
    </DefinitionList>
  );
}

const skewIsLarge = (skewMs: number | null): boolean => Math.abs(skewMs ?? 0) > 60_000;

function skewText(skewMs: number): string {
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  return seconds < 2 ? 'Agrees with Slack’s' : `${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} Slack’s`;
}

function Fact({ known, yes, no }: { known: boolean | null; yes: string; no: string }) {
  if (known === null) return <Unknown />;
  return known ? <Good>{yes}</Good> : <Bad>{no}</Bad>;
}

function Good({ children }: { children: ReactNode }) {
  return (
    <Status tone="success" glyph="check">
      {children}
    </Status>
  );
}

function Warn({ children }: { children: ReactNode }) {
  return (
    <Status tone="warning" glyph="warning">
      {children}
    </Status>
  );
}

function Bad({ children }: { children: ReactNode }) {
  return (
    <Status tone="danger" glyph="cross">
      {children}
    </Status>
  );
}

function Unknown() {
  return <span className="text-faint">Not known</span>;
}

function Moment({ at }: { at: Date | null }) {
  return at === null ? <span className="text-faint">Never</span> : <Time value={at} />;
}
