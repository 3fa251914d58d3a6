import { useSyncExternalStore } from 'react';

type Outcome = { kind: 'used'; response: unknown } | { kind: 'failed'; message: string };

/** Has the browser use a passkey for these options, and answers in JSON what came of it. */
export async function askPasskey(options: unknown): Promise<Outcome> {
  return answered(async () => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON);
    return navigator.credentials.get({ publicKey });
  });
}

/** Has the browser make a passkey with these options. */
export async function makePasskey(options: unknown): Promise<Outcome> {
  return answered(async () => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
      options as PublicKeyCredentialCreationOptionsJSON,
    );
    return navigator.credentials.create({ publicKey });
  });
}

/** Whether this browser can use passkeys; false until the page has come to life. */
export function useWebAuthn(): boolean {
  return useSyncExternalStore(unchanging, isSupported, () => false);
}

async function answered(act: () => Promise<Credential | null>): Promise<Outcome> {
  try {
    const credential = await act();
    if (!(credential instanceof PublicKeyCredential)) return { kind: 'failed', message: cancelled };
    return { kind: 'used', response: credential.toJSON() };
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    return {
      kind: 'failed',
      message: name === 'InvalidStateError' ? 'This device has a passkey here already.' : cancelled,
    };
  }
}

const cancelled = 'No passkey was used. Nothing has changed.';
const unchanging = () => () => {};
const isSupported = () =>
  typeof PublicKeyCredential !== 'undefined' && 'parseRequestOptionsFromJSON' in PublicKeyCredential;
