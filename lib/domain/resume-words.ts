import type { ResumeStatus } from './pause';

/** How far the answer to the agent is, in a sentence, once it no longer waits for anybody. */
export const resumeWords: Readonly<Record<Exclude<ResumeStatus, 'waiting'>, string>> = {
  ready: 'The decision is about to be sent to the agent.',
  sending: 'The decision is being sent to the agent.',
  resumed: 'The agent has the decision and went on.',
  unclear: 'Whether the agent received the decision is not known. It is never sent again by itself.',
  refused: 'Gemini did not accept the decision. The agent does not have it.',
  lost: 'Gemini no longer keeps this interaction, so the agent cannot be told.',
  closed: 'Nothing more is sent to the agent.',
};
