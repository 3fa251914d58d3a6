import type { ClaimRefusal } from './claim';

/** Why a claim did not count, for whoever made it. */
export function claimRefusalText(reason: ClaimRefusal): string {
  switch (reason.code) {
    case 'own_run':
      return 'You asked for this run or started it, so somebody else must decide.';
    case 'not_in_group':
      return 'The rule asks a group that you are not in.';
    case 'not_a_reviewer':
      return 'Your role lets you read requests, not decide them.';
    case 'they_may_not':
      return 'This person may not decide this request. Nothing changed.';
    case 'they_voted':
      return 'This person has voted on it already. Nothing changed.';
    case 'closed':
      return 'It is not open any more. Nothing changed.';
    case 'held':
      return `${reason.by} is on it by now. Nothing changed.`;
  }
}
