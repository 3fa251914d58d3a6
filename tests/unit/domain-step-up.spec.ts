import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type PasskeyAssertion, type VoteStatement, verifyPasskeyVote } from '@/lib/domain/proof/passkey-vote';
import { type StepUpInput, stepUpNeed, stepUpRefusal } from '@/lib/domain/step-up';
import { surfaces, tiers } from '@/lib/domain/tier';
import { ada, anApproval, approving, cast, minutesAfter, noon, proved, rejecting } from '@/tests/support/builders';
import { aPasskey, assertionOf } from '@/tests/support/passkey';

const statement: VoteStatement = {
  type: 'countersign.vote',
  approval: 'apr_1',
  call_hash: 'a'.repeat(64),
  verdict: 'approve',
  arguments_hash: 'b'.repeat(64),
  voter: 'usr_ada',
  nonce: 'n1',
};

const ec = aPasskey();
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

describe('what a passkey signed', () => {
  test('verifies with the key alone, whichever numbers the signature has', async () => {
    for (let i = 0; i < 40; i++) {
      expect(await verifyPasskeyVote(assertionOf(ec, statement))).toEqual({ kind: 'valid' });
    }
    expect(await verifyPasskeyVote(assertionOf(rsa, statement))).toEqual({ kind: 'valid' });
  });

  test.each<[string, (kept: PasskeyAssertion) => PasskeyAssertion, string]>([
    ['another verdict', (kept) => ({ ...kept, statement: { ...statement, verdict: 'reject' } }), 'other_challenge'],
    [
      'other arguments',
      (kept) => ({ ...kept, statement: { ...statement, arguments_hash: 'c'.repeat(64) } }),
      'other_challenge',
    ],
    ['another voter', (kept) => ({ ...kept, statement: { ...statement, voter: 'usr_eve' } }), 'other_challenge'],
    ['another use of the key', (kept) => ({ ...kept, statement: { ...statement, nonce: 'n2' } }), 'other_challenge'],
    ['a changed signature', (kept) => ({ ...kept, signature: flipped(kept.signature, 20) }), 'forged'],
    [
      'changed authenticator data',
      (kept) => ({ ...kept, authenticator_data: flipped(kept.authenticator_data, 2) }),
      'forged',
    ],
    ['another key', (kept) => ({ ...kept, public_key: otherKey() }), 'forged'],
    ['no signature', (kept) => ({ ...kept, signature: '' }), 'malformed'],
    ['no JSON', (kept) => ({ ...kept, client_data_json: 'AAAA' }), 'malformed'],
  ])('does not verify with %s', async (_what, change, fault) => {
    const kept = change(assertionOf(ec, statement));
    expect(await verifyPasskeyVote(kept)).toEqual({ kind: 'fault', fault });
  });

  test('does not verify when nobody was there, or nobody was asked who they are', async () => {
    for (const flags of [0x00, 0x01, 0x04]) {
      expect(await verifyPasskeyVote(assertionOf(ec, statement, flags))).toEqual({
        kind: 'fault',
        fault: 'nobody_there',
      });
    }
  });
});

function flipped(text: string, at: number): string {
  const bytes = Buffer.from(text, 'base64url');
  bytes.writeUInt8((bytes[at] ?? 0) ^ 1, at);
  return bytes.toString('base64url');
}

function otherKey(): JsonWebKey {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }) as JsonWebKey;
}

describe('a vote on what cannot be taken back', () => {
  const at = minutesAfter(noon, 1);
  const severe = anApproval({ tier: 3 });
  const about = {
    approval: severe.id,
    callHash: severe.callHash,
    verdict: 'approve' as const,
    argumentsHash: 'x',
    voter: ada.id,
  };
  const given = (change: Partial<StepUpInput>): StepUpInput => ({ ...proved(at), ...change });

  test.each<[string, StepUpInput, string | null]>([
    ['a password given now', proved(at), null],
    ['nothing', given({ given: null }), 'step_up_missing'],
    ['a password given five minutes ago', proved(minutesAfter(at, -5)), 'step_up_missing'],
    ['a proof of the future', proved(minutesAfter(at, 1)), 'step_up_missing'],
    ['the link of the terminal', given({ given: { with: 'link', at, assertion: null } }), 'step_up_missing'],
    ['a password in place of the passkey', given({ hasPasskey: true }), 'passkey_missing'],
    [
      'a passkey that signed nothing',
      given({ hasPasskey: true, given: { with: 'passkey', at, assertion: null } }),
      'passkey_missing',
    ],
    [
      'a passkey that signed another vote',
      given({ hasPasskey: true, given: { with: 'passkey', at, assertion: assertionOf(ec, statement) } }),
      'passkey_differs',
    ],
  ])('with %s', (_what, input, refusal) => {
    expect(stepUpRefusal(input, about, 'web', at)).toBe(refusal);
  });

  test('is asked for on tiers 3 and 4 alone, and never to say no', () => {
    for (const tier of tiers) {
      const approval = anApproval({ tier });
      const nothing = { now: at, stepUp: given({ given: null }) };
      const refused = tier >= 3;
      expect(cast(approval, ada, approving(approval), nothing).kind === 'refused').toBe(refused);
      expect(cast(approval, ada, rejecting(approval), nothing).kind).toBe('decided');
    }
  });

  test('through the API counts only where the workspace lets keys vote, and in Slack never', () => {
    const none = { given: null, hasPasskey: true };
    for (const surface of surfaces) {
      const outcome = (keysMayVote: boolean) =>
        cast(severe, ada, approving(severe), { now: at, surface, stepUp: { ...none, keysMayVote } });
      expect(outcome(true).kind).toBe(surface === 'api' ? 'decided' : 'refused');
      expect(outcome(false)).toMatchObject({ kind: 'refused' });
    }
  });

  test('keeps how the voter proved it, and a vote that asks for nothing keeps nothing', () => {
    expect(cast(severe, ada, approving(severe), { now: at })).toMatchObject({
      vote: { stepUp: { with: 'password', at } },
    });
    const light = anApproval({ tier: 2 });
    expect(cast(light, ada, approving(light), { now: at })).toMatchObject({ vote: { stepUp: null } });
  });
});

test.each([
  [{ passkey: true, totp: true, password: true }, 0, 'passkey'],
  [{ passkey: false, totp: true, password: true }, 4, 'nothing'],
  [{ passkey: false, totp: true, password: true }, 5, 'code'],
  [{ passkey: false, totp: false, password: true }, 5, 'password'],
  [{ passkey: false, totp: false, password: false }, 5, 'impossible'],
])('with %j, %i minutes after the last proof, %s is asked for', (has, minutes, need) => {
  expect(stepUpNeed(has, { with: 'password', at: noon }, minutesAfter(noon, minutes))).toBe(need);
});
