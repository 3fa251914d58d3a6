/** Something that a person said about a request. It decides nothing, whatever it says. */
export type Comment = Readonly<{
  id: string;
  by: Readonly<{ id: string; name: string }>;
  at: Date;
  surface: CommentSurface;
  text: string | null; // null: deleted
  editedAt: Date | null;
  /** The thread in Slack that it was written in; null: it was not written there. */
  thread: Readonly<{ channel: string; ts: string }> | null;
}>;

export const commentSurfaces = ['web', 'slack', 'api'] as const;
export type CommentSurface = (typeof commentSurfaces)[number];

/** The longest comment, in characters; what is longer in Slack is cut. */
export const longestComment = 2000;
/** How many comments a request takes: a thread that runs on is no record any more. */
export const mostComments = 200;

export type CommentRefusal = 'empty' | 'too_long' | 'too_many' | 'not_yours' | 'not_allowed';

/** A comment's words as they are kept, or why they are not. */
export function commentText(text: string): { text: string } | { refusal: 'empty' | 'too_long' } {
  const words = text.replaceAll('\r\n', '\n').trim();
  if (words === '') return { refusal: 'empty' };
  return words.length > longestComment ? { refusal: 'too_long' } : { text: words };
}

export const commentRefusalText: Record<CommentRefusal, string> = {
  empty: 'Write something first.',
  too_long: `A comment has at most ${longestComment.toLocaleString('en')} characters.`,
  too_many: `A request takes ${mostComments} comments. Say the rest elsewhere.`,
  not_yours: 'Only whoever wrote a comment can delete it.',
  not_allowed: 'Your account may not comment.',
};
