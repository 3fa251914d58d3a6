import type { z } from 'zod';
import type { ExtendOutcome } from '@/lib/approvals/extend';
import type { Approval, Ballot, VoteRefusal } from '@/lib/domain/approval';
import { voterName } from '@/lib/domain/names';
import { AppError } from '@/lib/errors';
import { invalidInput } from '@/lib/http';
import { decisionAnswer } from './approvals';
import type { voteBody } from './schemas';

const notRecorded = 'This vote was not recorded.';

/** A request's vote as the domain knows it. */
export function ballotOf(body: z.output<typeof voteBody>): Ballot {
  const callHash = body.call_hash;
  switch (body.verdict) {
    case 'approve':
      return { callHash, verdict: 'approve', arguments: body.arguments ?? null, note: body.reason || null };
    case 'reject':
      return { callHash, verdict: 'reject', reason: body.reason, next: body.next };
    case 'answer':
      return { callHash, verdict: 'answer', result: body.result, note: body.reason || null };
  }
}

/** The error that tells a voter why their vote does not count, and what stands instead. */
export function voteRefused(approval: Approval, refusal: VoteRefusal): AppError {
  const reason = refusal.code;
  switch (refusal.code) {
    case 'not_a_reviewer':
      return new AppError('forbidden', 'The role of the key’s person does not include deciding.', { reason });
    case 'own_run':
      return new AppError(
        'forbidden',
        'Whoever asked for a run, or started it, may not decide its calls: four eyes are needed.',
        {
          reason,
        },
      );
    case 'not_in_group':
      return new AppError('forbidden', `Only members of ${approval.requirement.groups.join(' or ')} may decide this.`, {
        reason,
        groups: [...approval.requirement.groups],
      });
    case 'already_decided':
      // Nobody said no: a vote that comes after the sweep closed the approval is late, like one that comes before it.
      return approval.state.status === 'expired' ? tooLate(approval) : alreadyDecided(approval);
    case 'already_voted':
      return new AppError('conflict', `You have voted otherwise before, and nobody votes twice. ${notRecorded}`, {
        reason,
      });
    case 'voted_for':
      return new AppError('conflict', `${refusal.by} has voted in your place already. ${notRecorded}`, { reason });
    case 'too_late':
      return tooLate(approval);
    case 'hash_differs':
      return new AppError(
        'conflict',
        `The call_hash is not this call’s: it is not what your reviewer saw. Read the approval again. ${notRecorded}`,
        { reason },
      );
    case 'changed':
      return new AppError('conflict', `The request has changed since it was shown. Read it again. ${notRecorded}`, {
        reason,
      });
    case 'policy_refuses':
      return new AppError('forbidden', `${refusal.why} ${notRecorded}`, { reason });
    case 'browser_only':
    case 'step_up_missing':
    case 'passkey_missing':
    case 'passkey_differs':
      return new AppError(
        'forbidden',
        `This call cannot be taken back, so it is approved in the browser alone, by somebody who proves who they are. ${notRecorded}`,
        { reason },
      );
    case 'reason_missing':
      return invalidInput([{ path: '/reason', message: 'Give a reason.' }]);
    case 'arguments_invalid':
      return invalidInput(
        refusal.problems.map(({ path, message }) => ({ path: `/arguments${path}`, message })),
        `The arguments do not fit the tool. ${notRecorded}`,
      );
  }
}

/** The error that tells why a deadline was not extended. */
export function extensionRefused({ approval, reason, latest }: Extract<ExtendOutcome, { kind: 'refused' }>): AppError {
  const unchanged = 'Nothing was changed.';
  switch (reason) {
    case 'not_allowed':
      return new AppError(
        'forbidden',
        `Only people who may vote on it, and admins, extend its deadline. ${unchanged}`,
        {
          reason,
        },
      );
    case 'decided':
      return new AppError('conflict', `${whoDecided(approval)} ${unchanged}`, { reason });
    case 'not_later':
      return new AppError('conflict', `Its deadline is ${approval.deadline.toISOString()} already. ${unchanged}`, {
        reason,
      });
    case 'too_late':
      return new AppError('gone', `The deadline was ${approval.deadline.toISOString()}. ${unchanged}`, { reason });
    case 'reason_missing':
      return invalidInput([{ path: '/reason', message: 'Give a reason.' }]);
    case 'beyond_limit':
      return invalidInput([
        { path: '/until', message: `The run, and Gemini, allow no later than ${latest.toISOString()}.` },
      ]);
  }
}

/** The error for a result that nobody waits for, or that this person may not report. */
export function resultRefused(approval: Approval, reason: 'not_a_reviewer' | 'not_awaited'): AppError {
  if (reason === 'not_a_reviewer') {
    return new AppError('forbidden', 'The role of the key’s person does not include deciding.', { reason });
  }
  return new AppError(
    'conflict',
    approval.outcome
      ? `${approval.outcome.by.name} recorded the result at ${approval.outcome.at.toISOString()}. This one was not recorded.`
      : 'A result is recorded for an approved call that is carried out by hand; this is none. It was not recorded.',
    { reason },
  );
}

function tooLate(approval: Approval): AppError {
  return new AppError('gone', `The deadline was ${approval.deadline.toISOString()}. ${notRecorded}`, {
    reason: 'too_late',
    deadline: approval.deadline.toISOString(),
  });
}

function alreadyDecided(approval: Approval): AppError {
  const decision = decisionAnswer(approval);
  return new AppError('conflict', `${whoDecided(approval)} ${notRecorded}`, {
    reason: 'already_decided',
    recorded: false,
    ...(decision ? { decision } : {}),
  });
}

function whoDecided({ state }: Pick<Approval, 'state'>): string {
  switch (state.status) {
    case 'pending':
    case 'expired':
      return 'This is closed.';
    case 'superseded':
      return `Nobody’s decision is needed any more since ${state.at.toISOString()}: ${state.why}`;
    default: {
      const by =
        state.by.kind === 'people' ? state.by.voters.map(voterName).join(' and ') : `The rule “${state.by.rule}”`;
      return `${by} ${state.status} this at ${state.at.toISOString()}.`;
    }
  }
}
