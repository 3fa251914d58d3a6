import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type PasskeyAssertion, type VoteStatement, voteChallenge } from '@/lib/domain/proof/passkey-vote';

/** What a device answers that signs with this key, with the flags of WebAuthn, 6.1. */
export function assertionOf(
  { privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject },
  statement: VoteStatement,
  flags = 0x05,
): PasskeyAssertion {
  const challenge = voteChallenge(statement);
  const client = JSON.stringify({ type: 'webauthn.get', challenge, origin: 'https://a.example' });
  const authenticator = Buffer.concat([Buffer.alloc(32, 1), Buffer.from([flags]), Buffer.alloc(4)]);
  const signed = Buffer.concat([authenticator, createHash('sha256').update(client).digest()]);
  return {
    credential: 'c',
    public_key: publicKey.export({ format: 'jwk' }) as JsonWebKey,
    statement,
    authenticator_data: authenticator.toString('base64url'),
    client_data_json: Buffer.from(client).toString('base64url'),
    signature: sign('sha256', signed, privateKey).toString('base64url'),
  };
}

export const aPasskey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
