import type { ApprovalState, NextStep, OnTimeout, VoteRefusal } from '@/lib/domain/approval';
import type { ExtensionRefusal } from '@/lib/domain/deadline';
import { namesInWords, voterName } from '@/lib/domain/names';
import type { ResumeStatus } from '@/lib/domain/pause';
import { resumeWords } from '@/lib/domain/resume-words';
import type { Surface } from '@/lib/domain/tier';

import type { Look } from './look';

export const verdictWords = {
  approve: { past: 'approved', noun: 'approval' },
  reject: { past: 'rejected', noun: 'rejection' },
  answer: { past: 'answered', noun: 'answer' },
} as const;

export const nextStepText: Record<NextStep, { label: string; told: string }> = {
  stop: { label: 'Stop', told: 'Not try this again.' },
  retry_differently: {
    label: 'Try differently',
    told: 'Another attempt is welcome if it takes the reason into account.',
  },
  ask: { label: 'Ask first', told: 'Ask the requester what to do before any other attempt.' },
};

export const timeoutText: Record<OnTimeout, string> = {
  reject: 'If nobody decides, the agent is told that time ran out. That does not count as anybody’s no.',
  escalate: 'If nobody decides, it goes to the next people in line.',
  keep_open: 'If nobody decides, it stays open for as long as Gemini keeps the interaction.',
};

export const deadlineSourceText = {
  rule: 'set by the rule',
  run: 'set by the run',
  retention: 'while Gemini still keeps the interaction',
  extended: 'extended',
} as const;

/** Where whoever asked for the run learns how it comes out. */
export const toldText = {
  slack: 'Told in Slack how it comes out.',
  here: 'Not linked with Slack: the outcome stands under My requests.',
  nobody: 'Nobody here has this name or address, so nobody is told how it comes out.',
} as const;

/** Why a deadline was not extended. */
export const extensionRefusalText: Record<ExtensionRefusal, string> = {
  not_allowed: 'Only people who may decide this, and admins, can extend its deadline. Nothing was changed.',
  decided: 'It is decided already. Nothing was changed.',
  too_late: 'The deadline has passed; it cannot be extended any more. Nothing was changed.',
  reason_missing: 'Say why in a few words: the reason stays on record.',
  not_later: 'Somebody has given it this much time already. Nothing was changed.',
  beyond_limit: 'The run, or Gemini, does not allow that much time. Nothing was changed.',
};

export const surfaceText: Record<Surface, string> = { web: 'here', slack: 'in Slack', api: 'through the API' };

export const resumeLook: Record<ResumeStatus, Look> = {
  waiting: { word: 'Waiting', tone: 'neutral', glyph: 'ring' },
  ready: { word: 'About to be sent', tone: 'info', glyph: 'half' },
  sending: { word: 'Sending', tone: 'info', glyph: 'arrow' },
  resumed: { word: 'Resumed', tone: 'success', glyph: 'check' },
  unclear: { word: 'Unclear', tone: 'warning', glyph: 'question' },
  refused: { word: 'Not resumed', tone: 'danger', glyph: 'warning' },
  lost: { word: 'Lost', tone: 'danger', glyph: 'slash' },
  closed: { word: 'Closed', tone: 'neutral', glyph: 'dash' },
};

/** How far the answer to the agent is, in a sentence. */
export function resumeSentence(resume: {
  status: ResumeStatus;
  undecided: number;
  awaitingResults: number;
  undoOpen: boolean;
}): string {
  const { status, undecided, awaitingResults } = resume;
  if (status !== 'waiting' && status !== 'ready') return resumeWords[status];
  if (undecided > 0) {
    const calls = undecided === 1 ? 'one more call' : `${undecided} more calls`;
    return `The agent goes on when ${calls} of this pause ${undecided === 1 ? 'is' : 'are'} decided.`;
  }
  if (awaitingResults > 0) return 'The agent goes on when somebody has recorded what happened.';
  return resume.undoOpen ? 'The decision is sent to the agent when it can no longer be undone.' : resumeWords.ready;
}

/** Why a vote did not count, in words for whoever cast it. `ago` says when the state came about, e.g. `8 s ago`. */
export function voteRefusalText(
  reason: VoteRefusal,
  about: { verdict: keyof typeof verdictWords; state: ApprovalState; deadline: Date; now: Date },
): string {
  const lost = `Your ${verdictWords[about.verdict].noun} was not recorded.`;
  switch (reason.code) {
    case 'already_decided':
      return `${settledSentence(about.state, about.now)} ${lost}`;
    case 'already_voted':
      return `You have voted on this already, and each person votes once. ${lost}`;
    case 'voted_for':
      return `${reason.by} has voted in your place already, and each voice counts once. ${lost}`;
    case 'own_run':
      return `You asked for this run or started it, so somebody else must decide. ${lost}`;
    case 'policy_refuses':
      return `${reason.why} ${lost}`;
    case 'not_in_group':
      return `The rule asks a group that you are not in. ${lost}`;
    case 'not_a_reviewer':
      return `Your role lets you read requests but not decide them. An admin can change it under People. ${lost}`;
    case 'too_late':
      return `The deadline passed ${agoWords(about.deadline, about.now)}; after it no vote counts. ${lost}`;
    case 'hash_differs':
      return 'The call that you saw is not the one on record. Nothing was recorded: read it again before you decide.';
    case 'changed':
      return 'The request has changed since you were shown it. Nothing was recorded: read it again before you decide.';
    case 'browser_only':
      return `This risk is decided in the browser alone. ${lost}`;
    case 'step_up_missing':
      return `Confirm that it is you: it counts for five minutes. ${lost}`;
    case 'passkey_missing':
      return `Confirm it with your passkey. ${lost}`;
    case 'passkey_differs':
      return `Your passkey confirmed something else than what is on record. ${lost} Read it again.`;
    case 'reason_missing':
      return `A rejection needs a reason that the agent can act on. ${lost}`;
    case 'arguments_invalid':
      return `The edited arguments do not fit what the tool declares. ${lost}`;
  }
}

/** Who settled it and when: `Ada Lovelace approved this 8 s ago.` */
export function settledSentence(state: ApprovalState, now: Date): string {
  switch (state.status) {
    case 'pending':
      return 'This request is still open.';
    case 'expired':
      return `${settledWords({ status: state.status, by: [], byRule: false })} ${agoWords(state.at, now)}.`;
    case 'superseded':
      return `${settledWords({ status: state.status, by: [], byRule: false })} ${agoWords(state.at, now)}: ${state.why}`;
    default: {
      const byRule = state.by.kind !== 'people';
      const by = state.by.kind === 'people' ? state.by.voters.map(voterName) : [state.by.rule];
      return `${settledWords({ status: state.status, by, byRule })} ${agoWords(state.at, now)}.`;
    }
  }
}

/** Who settled it, without the when that follows: `Ada Lovelace approved this`. */
export function settledWords({
  status,
  by,
  byRule,
}: {
  status: Exclude<ApprovalState['status'], 'pending'>;
  by: readonly string[];
  byRule: boolean;
}): string {
  switch (status) {
    case 'expired':
      return 'Nobody decided before the deadline; the request expired';
    case 'superseded':
      return 'The request was closed';
    default:
      return `${byRule ? `The rule “${namesInWords(by)}”` : namesInWords(by)} ${status} this`;
  }
}

/** `8 s ago`, `4 min ago`, `3 h ago`, `2 d ago`. */
export function agoWords(at: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - at.getTime()) / 1000));
  if (seconds < 2) return 'just now';
  if (seconds < 90) return `${seconds} s ago`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min ago`;
  return seconds < 36 * 3600 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86_400)} d ago`;
}

/** `one person`, `two people`, `3 people`. */
export function peopleWords(count: number): string {
  return count === 1 ? 'one person' : `${count === 2 ? 'two' : count} people`;
}
