'use client';

import { KeyRound, Smartphone } from 'lucide-react';
import { type FormEvent, type ReactNode, useState, useTransition } from 'react';
import {
  addPasskeyAction,
  beginTotpAction,
  confirmTotpAction,
  type FactorAnswer,
  newCodesAction,
  passkeyOptionsAction,
  removePasskeyAction,
  type TotpSetUp,
  turnOffTotpAction,
} from '@/app/(dashboard)/account/factor-actions';
import { makePasskey, useWebAuthn } from '@/components/admin/passkey';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Status } from '@/components/ui/status';
import { Time } from '@/components/ui/time';
import { toast } from '@/components/ui/toast';
import { ProofDialog, type ProofWays } from './proof-dialog';

export type ShownFactors = Readonly<{
  password: boolean;
  totp: boolean;
  passkeys: readonly { id: string; name: string; createdAt: Date; usedAt: Date | null }[];
  recoveryCodes: number;
}>;

/** One's own passkeys and authenticator app. `onDone` is told once there is a first one that the session can go on with. */
export function SecondFactor({ factors, onDone }: { factors: ShownFactors; onDone?: () => void }) {
  const [proof, setProof] = useState<(() => void) | null>(null);
  const [busy, start] = useTransition();
  const [setUp, setSetUp] = useState<TotpSetUp | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [naming, setNaming] = useState(false);
  const supported = useWebAuthn();
  const ways: ProofWays = {
    password: factors.password,
    totp: factors.totp,
    passkey: factors.passkeys.length > 0 && supported,
  };

  /** Does it, and when the server asks who is there, asks first and does it again. */
  const guarded = <Value,>(act: () => Promise<FactorAnswer<Value>>, done: (value: Value) => void) => {
    const run = () =>
      start(async () => {
        const answer = await act();
        if (answer.kind === 'proof_needed') setProof(() => run);
        else if (answer.kind === 'refused') toast(answer.message, { tone: 'danger' });
        else done(answer.value);
      });
    run();
  };
  const say = (message: string) => toast(message, { tone: 'success' });
  const makeNamed = (name: string) =>
    guarded<string>(
      async () => {
        const options = await passkeyOptionsAction();
        if (options.kind !== 'done') return options;
        const made = await makePasskey(options.value);
        return made.kind === 'failed'
          ? { kind: 'refused', message: made.message }
          : addPasskeyAction(name, made.response);
      },
      (message) => {
        setNaming(false);
        say(message);
        onDone?.();
      },
    );

  return (
    <div className="grid gap-6">
      <Part
        icon={<KeyRound aria-hidden="true" />}
        title="Passkeys"
        state={
          factors.passkeys.length > 0 ? (
            <Status tone="success" glyph="check">
              On
            </Status>
          ) : (
            <Status glyph="dash">None</Status>
          )
        }
        text="Your fingerprint, face or security key. Works alone at the sign-in, and confirms what cannot be taken back."
        action={
          <Button disabled={!supported || busy} onClick={() => setNaming(true)}>
            Add a passkey
          </Button>
        }
      >
        {factors.passkeys.length > 0 && (
          <ul className="mt-3 grid rounded-md border border-line">
            {factors.passkeys.map((passkey) => (
              <li key={passkey.id} className="flex items-center gap-4 border-line border-b px-3 py-2 last:border-b-0">
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium">{passkey.name}</span>
                  <span className="block text-faint text-sm">
                    added <Time value={passkey.createdAt} />
                    {passkey.usedAt !== null && (
                      <>
                        {' '}
                        · used <Time value={passkey.usedAt} />
                      </>
                    )}
                  </span>
                </span>
                <Button
                  size="sm"
                  disabled={busy}
                  aria-label={`Remove the passkey ${passkey.name}`}
                  onClick={() => guarded(() => removePasskeyAction(passkey.id), say)}
                >
                  Remove
                </Button>
              </li>
            ))}
          </ul>
        )}
      </Part>
      <Part
        icon={<Smartphone aria-hidden="true" />}
        title="Authenticator app"
        state={
          factors.totp ? (
            <Status tone="success" glyph="check">
              On
            </Status>
          ) : (
            <Status glyph="dash">Off</Status>
          )
        }
        text={
          factors.totp
            ? `A code of six digits is asked for after your password. ${codesLeft(factors.recoveryCodes)}`
            : 'A code of six digits is asked for after your password.'
        }
        action={
          factors.totp ? (
            <>
              <Button disabled={busy} onClick={() => guarded(newCodesAction, setCodes)}>
                New recovery codes
              </Button>
              <Button disabled={busy} onClick={() => guarded(turnOffTotpAction, say)}>
                Turn off
              </Button>
            </>
          ) : (
            <Button disabled={busy} onClick={() => guarded(beginTotpAction, setSetUp)}>
              Set up
            </Button>
          )
        }
      />
      {proof !== null && (
        <ProofDialog
          ways={ways}
          onClose={() => setProof(null)}
          onProved={() => {
            setProof(null);
            proof();
          }}
        />
      )}
      {naming && <NamePasskey busy={busy} onName={makeNamed} onClose={() => setNaming(false)} />}
      {setUp !== null && (
        <SetUpTotp
          setUp={setUp}
          onClose={() => setSetUp(null)}
          onCodes={(made) => {
            setSetUp(null);
            setCodes(made);
          }}
        />
      )}
      {codes !== null && (
        <RecoveryCodes
          codes={codes}
          onClose={() => {
            setCodes(null);
            onDone?.();
          }}
        />
      )}
    </div>
  );
}

function codesLeft(count: number): string {
  return count === 0
    ? 'No recovery code is left.'
    : count === 1
      ? 'One recovery code is left.'
      : `${count} recovery codes are left.`;
}

function Part({
  icon,
  title,
  state,
  text,
  action,
  children,
}: {
  icon: ReactNode;
  title: string;
  state: ReactNode;
  text: string;
  action: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div>
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <span className="mt-0.5 text-faint [&_svg]:size-5">{icon}</span>
        <div className="min-w-0 flex-1 basis-56">
          <p className="flex flex-wrap items-center gap-x-3 font-medium">
            {title} {state}
          </p>
          <p className="text-pretty text-faint text-sm">{text}</p>
        </div>
        <div className="flex flex-wrap gap-2">{action}</div>
      </div>
      {children}
    </div>
  );
}

function NamePasskey({
  busy,
  onName,
  onClose,
}: {
  busy: boolean;
  onName: (name: string) => void;
  onClose: () => void;
}) {
  const [name, setName] = useState('');
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="sm"
      dismissable={false}
      title="Add a passkey"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="passkey-name" variant="primary" loading={busy}>
            Go on
          </Button>
        </>
      }
    >
      <form
        id="passkey-name"
        onSubmit={(event) => {
          event.preventDefault();
          onName(name);
        }}
      >
        <Field label="Name" optional hint="To tell it from others, such as Laptop. Your browser asks for the rest.">
          <Input value={name} maxLength={60} autoComplete="off" onChange={(event) => setName(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}

function SetUpTotp({
  setUp,
  onCodes,
  onClose,
}: {
  setUp: TotpSetUp;
  onCodes: (codes: readonly string[]) => void;
  onClose: () => void;
}) {
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, start] = useTransition();
  const confirm = (event: FormEvent) => {
    event.preventDefault();
    start(async () => {
      const answer = await confirmTotpAction(code);
      if (answer.kind === 'done') onCodes(answer.value);
      else setProblem(answer.kind === 'refused' ? answer.message : 'This took too long. Close it and begin again.');
    });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="sm"
      dismissable={false}
      title="Set up an authenticator app"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="totp-code" variant="primary" loading={busy}>
            Turn on
          </Button>
        </>
      }
    >
      <form id="totp-code" onSubmit={confirm} noValidate className="grid gap-4">
        <p className="text-muted">Scan this with your app, or type the key into it.</p>
        <svg
          role="img"
          aria-label="QR code for the authenticator app"
          viewBox={`0 0 ${setUp.qr.size} ${setUp.qr.size}`}
          shapeRendering="crispEdges"
          className="mx-auto size-48 rounded-md bg-white text-black"
        >
          <path d={setUp.qr.path} fill="currentColor" />
        </svg>
        <div className="flex items-center gap-2 rounded-md border border-line bg-sunken py-1 pr-1 pl-3">
          <code className="min-w-0 flex-1 wrap-anywhere font-mono text-sm">
            {setUp.secret.match(/.{4}/g)?.join(' ')}
          </code>
          <CopyButton value={setUp.secret} label="Copy the key" />
        </div>
        <Field label="Code that the app shows now" error={problem}>
          <Input
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={7}
            value={code}
            className="font-mono"
            data-autofocus
            onChange={(event) => setCode(event.target.value)}
          />
        </Field>
      </form>
    </Dialog>
  );
}

function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="sm"
      dismissable={false}
      title="Keep these recovery codes"
      footer={
        <>
          <CopyButton value={codes.join('\n')} label="Copy all codes" />
          <Button variant="primary" data-autofocus onClick={onClose}>
            I have kept them
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <Banner tone="warning">They are shown this once. Each signs you in once when you have lost your device.</Banner>
        <ul className="grid grid-cols-2 gap-x-6 gap-y-1 font-mono" aria-label="Recovery codes">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
