import type { PasskeyAssertion } from './proof/passkey-vote';
import { isFresh, type Proof } from './sign-in';
import type { Surface, Tier } from './tier';

/** How a voter proved that it is them, and when; with a passkey also what it signed, verified by the caller. */
export type StepUp = Readonly<{ with: Proof; at: Date; assertion: PasskeyAssertion | null }>;

/** What is known of a voter when a vote is cast that asks for more than a session. */
export type StepUpInput = Readonly<{
  given: StepUp | null;
  /** They have a passkey here, so it must be used. */
  hasPasskey: boolean;
  /** A key cannot prove who is sitting there; the workspace may let it vote all the same. */
  keysMayVote: boolean;
}>;

/** What the vote is about; a passkey must have signed exactly this. */
export type VotedOn = Readonly<{
  approval: string;
  callHash: string;
  verdict: 'approve' | 'reject' | 'answer';
  argumentsHash: string;
  voter: string;
}>;

export type StepUpRefusal = 'step_up_missing' | 'passkey_missing' | 'passkey_differs' | 'browser_only';

/** Whether a vote asks for more than a session. A rejection stops the call, so nothing stands in its way. */
export function needsStepUp(tier: Tier, verdict: VotedOn['verdict']): boolean {
  return tier >= 3 && verdict !== 'reject';
}

// A link shows that one may read the server's terminal, not who one is.
const counting: readonly Proof[] = ['password', 'totp', 'passkey', 'oidc'];

/** Why a vote that needs a step-up does not count, or null when it does. */
export function stepUpRefusal(input: StepUpInput, vote: VotedOn, surface: Surface, now: Date): StepUpRefusal | null {
  if (surface === 'api') return input.keysMayVote ? null : 'browser_only';
  const { given } = input;
  if (given === null || !counting.includes(given.with) || !isFresh(given.at, now)) {
    return input.hasPasskey ? 'passkey_missing' : 'step_up_missing';
  }
  if (given.assertion === null) return input.hasPasskey ? 'passkey_missing' : null;
  const { statement } = given.assertion;
  const same =
    statement.approval === vote.approval &&
    statement.call_hash === vote.callHash &&
    statement.verdict === vote.verdict &&
    statement.arguments_hash === vote.argumentsHash &&
    statement.voter === vote.voter;
  return same ? null : 'passkey_differs';
}

/** What a voter is asked for in the browser; `nothing`: what they proved lately still counts. */
export type StepUpNeed = 'nothing' | 'passkey' | 'code' | 'password' | 'impossible';

/** With what a person is to prove that it is them, by what they have and what they proved last. */
export function stepUpNeed(
  has: { passkey: boolean; totp: boolean; password: boolean },
  last: { with: Proof; at: Date },
  now: Date,
): StepUpNeed {
  if (has.passkey) return 'passkey';
  if (counting.includes(last.with) && isFresh(last.at, now)) return 'nothing';
  if (has.totp) return 'code';
  return has.password ? 'password' : 'impossible';
}
