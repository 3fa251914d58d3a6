import type { ApprovalState, NextStep, VoteRefusal } from '@/lib/domain/approval';
import { namesInWords, voterName } from '@/lib/domain/names';
import type { ResumeStatus } from '@/lib/domain/pause';
import { resumeWords } from '@/lib/domain/resume-words';
import type { RunStatus } from '@/lib/domain/run';
import { type Surface, type Tier, tierText } from '@/lib/domain/tier';
import { plainDate } from './text';

/** Risk in words, never by colour alone: the words of the product. How many must agree, the rule says for each request. */
export function riskText(tier: Tier): string {
  const { name, meaning } = tierText[tier];
  return tier === 4 ? name : `${name}: ${meaning.charAt(0).toLowerCase()}${meaning.slice(1).replace(/\.$/, '')}`;
}

/** Who must agree: `One reviewer`, `Two of operations`. */
export function whoText({
  approvalsNeeded: count,
  groups,
}: {
  approvalsNeeded: number;
  groups: readonly string[];
}): string {
  const many = ['None', 'One', 'Two', 'Three', 'Four', 'Five'][count] ?? String(count);
  if (groups.length === 0) return count === 1 ? 'One reviewer' : `${many} reviewers must agree`;
  return `${many} of ${groups.map((group) => group.replace(/^@/, '')).join(' or ')}`;
}

export const statusWord: Record<ApprovalState['status'], string> = {
  pending: 'Approval needed',
  approved: 'Approved',
  rejected: 'Rejected',
  answered: 'Answered',
  expired: 'Expired',
  superseded: 'Closed',
};

export const surfaceWords: Record<Surface, string> = {
  web: 'in the browser',
  slack: 'in Slack',
  api: 'through the API',
};

export const nextWords: Record<NextStep, string> = {
  stop: 'Stop: do not try this again',
  retry_differently: 'Try differently: take the reason into account',
  ask: 'Ask the requester first',
};

/** Who settled it, in a sentence of plain text. */
export function decidedSentence(state: ApprovalState, surface: Surface | null): string {
  switch (state.status) {
    case 'pending':
      return 'This request is still open.';
    case 'expired':
      return 'Nobody decided before the deadline. The call was not run. This is not anybody’s no.';
    case 'superseded':
      return `Closed without a decision: ${state.why}`;
    default: {
      const who =
        state.by.kind === 'people' ? namesInWords(state.by.voters.map(voterName)) : `The rule “${state.by.rule}”`;
      const changed = state.status === 'approved' && state.changed ? ' with changed arguments' : '';
      const where = surface === null ? '' : ` ${surfaceWords[surface]}`;
      return `${who} ${state.status} this${changed}${where}.`;
    }
  }
}

export const changedText =
  'This request has changed since you were shown it, so nothing was recorded. Look at it again as it is now.';

export function tooLateText(deadline: Date): string {
  return `The deadline passed on ${plainDate(deadline)}; after it no vote counts. Nothing was recorded.`;
}

/** Why a vote did not count; it always says that nothing was recorded. */
export function refusalText(
  reason: VoteRefusal,
  about: { state: ApprovalState; surface: Surface | null; deadline: Date },
): string {
  switch (reason.code) {
    case 'already_decided':
      return `${decidedSentence(about.state, about.surface)} Yours was not recorded.`;
    case 'already_voted':
      return 'You have voted on this already, and each person votes once. Yours was not recorded again.';
    case 'voted_for':
      return `${reason.by} has voted in your place already, and each voice counts once. Nothing was recorded.`;
    case 'own_run':
      return 'You asked for this run or started it, so somebody else must decide. Nothing was recorded.';
    case 'policy_refuses':
      return `${reason.why} Nothing was recorded.`;
    case 'not_in_group':
      return 'The rule asks a group that you are not in. Nothing was recorded.';
    case 'not_a_reviewer':
      return 'Your role here lets you read requests but not decide them. An admin can change it. Nothing was recorded.';
    case 'too_late':
      return tooLateText(about.deadline);
    case 'hash_differs':
      return 'The call that you saw is not the one on record. Nothing was recorded: read it again before you decide.';
    case 'changed':
      return changedText;
    case 'step_up_missing':
    case 'passkey_missing':
    case 'passkey_differs':
    case 'browser_only':
      return 'This risk is decided in the browser alone. Nothing was recorded.';
    case 'reason_missing':
      return 'A rejection needs a reason that the agent can act on. Nothing was recorded.';
    case 'arguments_invalid':
      return 'The edited arguments do not fit what the tool declares. Nothing was recorded.';
  }
}

/** How far the answer to the agent is; null: nothing that needs saying. */
export function resumeText(resume: ResumeStatus, awaitsResult: boolean): string | null {
  if (awaitsResult) return 'A person carries this out. The agent goes on when the result is recorded in the browser.';
  return resume === 'waiting'
    ? 'The agent waits until the other calls of this pause are decided.'
    : resumeWords[resume];
}

/** How a run ended, for the thread; null: it has not. */
export function runEndText(status: RunStatus): string | null {
  switch (status) {
    case 'completed':
      return 'The agent finished.';
    case 'failed':
      return 'The agent’s run failed.';
    case 'cancelled':
      return 'The run was cancelled.';
    case 'incomplete':
      return 'The run ended before it was complete.';
    case 'lost':
      return 'The run is lost: Gemini no longer keeps it.';
    default:
      return null;
  }
}

/** Who is on a request, and that this keeps nobody from deciding. */
export function onItText(claim: { name: string; givenBy: string | null }): string {
  return `${claim.name} is on it${claim.givenBy === null ? '' : `, given by ${claim.givenBy}`}. Others may still decide.`;
}
