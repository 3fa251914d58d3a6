import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { cose, decodeCredentialPublicKey } from '@simplewebauthn/server/helpers';
import { z } from 'zod';
import type { Services } from '@/lib/services';

type Site = Pick<Services, 'env'>;

/** What a passkey is bound to: the host of our own address. Under another address it is another passkey. */
function siteOf({ env }: Site): { rpID: string; origin: string } {
  const url = new URL(env.appUrl);
  return { rpID: url.hostname, origin: url.origin };
}

const algorithms = [-7, -257]; // ES256 and RS256: between them every authenticator, and WebCrypto verifies both

/** What a browser needs to make a passkey. */
export function creationOptions(
  site: Site,
  person: { id: string; name: string; email: string },
  present: readonly { id: string; transports: readonly string[] }[],
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  return generateRegistrationOptions({
    rpName: 'Countersign',
    rpID: siteOf(site).rpID,
    userName: person.email,
    userDisplayName: person.name,
    userID: new TextEncoder().encode(person.id),
    attestationType: 'none',
    excludeCredentials: present.map(({ id, transports }) => ({ id, transports: [...transports] })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: algorithms,
  });
}

export type NewCredential = Readonly<{
  id: string;
  publicKey: Uint8Array<ArrayBuffer>;
  counter: number;
  transports: readonly string[];
}>;

/** The credential that a browser made for this challenge, or null when anything about it is wrong. */
export async function verifiedCreation(
  site: Site,
  response: unknown,
  challenge: string,
): Promise<NewCredential | null> {
  const parsed = creationSchema.safeParse(response);
  if (!parsed.success) return null;
  const { rpID, origin } = siteOf(site);
  try {
    const verified = await verifyRegistrationResponse({
      response: parsed.data as unknown as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpID,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    });
    if (!verified.verified) return null;
    const { id, publicKey, counter, transports } = verified.registrationInfo.credential;
    return { id, publicKey: new Uint8Array(publicKey), counter, transports: transports ?? [] };
  } catch {
    return null; // malformed, for another site, without a person: the library throws for each
  }
}

/** What a browser needs to use a passkey: one of `allowed`, or with null any that it has for this site. */
export function requestOptions(
  site: Site,
  allowed: readonly { id: string; transports: readonly string[] }[] | null,
  challenge?: Uint8Array<ArrayBuffer>,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: siteOf(site).rpID,
    userVerification: 'required',
    ...(allowed
      ? { allowCredentials: allowed.map(({ id, transports }) => ({ id, transports: [...transports] })) }
      : {}),
    ...(challenge ? { challenge } : {}),
  });
}

const text = z.string().max(20_000);

const creationSchema = z.looseObject({
  id: text,
  rawId: text,
  type: z.literal('public-key'),
  clientExtensionResults: z.looseObject({}),
  response: z.looseObject({ clientDataJSON: text, attestationObject: text, transports: z.array(text).optional() }),
});

/** What a browser answers when a passkey was used. */
export const assertionSchema = z.object({
  id: text,
  rawId: text,
  type: z.literal('public-key'),
  clientExtensionResults: z.looseObject({}),
  response: z.object({
    clientDataJSON: text,
    authenticatorData: text,
    signature: text,
    userHandle: text.nullish().transform((value) => value ?? undefined),
  }),
});
export type Assertion = z.output<typeof assertionSchema>;

/** The credential's new counter when a person used it on this site for this challenge; null when not. */
export async function verifiedAssertion(
  site: Site,
  assertion: Assertion,
  challenge: string,
  credential: { id: string; publicKey: Uint8Array; counter: bigint },
): Promise<number | null> {
  const { rpID, origin } = siteOf(site);
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: assertion as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpID,
      requireUserVerification: true,
      credential: {
        id: credential.id,
        publicKey: new Uint8Array(credential.publicKey),
        counter: Number(credential.counter),
      },
    });
    return verified ? authenticationInfo.newCounter : null;
  } catch {
    return null;
  }
}

/** A credential's public key in the form that everything verifies with. Throws for a key of another kind. */
export function publicKeyOf(stored: Uint8Array): JsonWebKey {
  const key = decodeCredentialPublicKey(new Uint8Array(stored));
  if (cose.isCOSEPublicKeyEC2(key)) {
    return { kty: 'EC', crv: 'P-256', x: text64(key.get(cose.COSEKEYS.x)), y: text64(key.get(cose.COSEKEYS.y)) };
  }
  if (cose.isCOSEPublicKeyRSA(key)) {
    return { kty: 'RSA', n: text64(key.get(cose.COSEKEYS.n)), e: text64(key.get(cose.COSEKEYS.e)) };
  }
  throw new Error('A passkey has a key that is neither ES256 nor RS256');
}

function text64(bytes: unknown): string {
  if (!(bytes instanceof Uint8Array)) throw new Error('A passkey’s key lacks a number');
  return Buffer.from(bytes).toString('base64url');
}
