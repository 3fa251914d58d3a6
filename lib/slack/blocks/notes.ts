import type { Comment } from '@/lib/domain/comment';
import type { SlackView } from '../view';
import { literal, plainDate, unformatted } from './text';
import { resumeText, runEndText, surfaceWords } from './words';

/** One line of the thread under a message. The key makes it one, however often the state is looked at. */
export type ThreadNote = Readonly<{
  key: string;
  text: string;
  /** A copy that was made later shows it itself. */
  since?: Date;
  /** The thread that knows already: it was written there. */
  notIn?: Readonly<{ channel: string; ts: string }>;
  /** The note whose place this takes; where that one is not, there is nothing to say. */
  replaces?: string;
}>;

/** What the thread should say of an approval by now: votes of a quorum, what was taken back, how the agent went on. */
export function threadNotes(view: SlackView): readonly ThreadNote[] {
  const votes = (view.blind ? [] : view.votes).flatMap((vote): ThreadNote[] => {
    const where = surfaceWords[vote.surface];
    if (vote.voided) return [{ key: `voided:${vote.id}`, text: `The vote of ${vote.name} does not count any more.` }];
    if (view.approvalsNeeded < 2) return [];
    const did = { approve: 'approved', reject: 'rejected', answer: 'answered' }[vote.verdict];
    return [
      {
        key: `vote:${vote.id}`,
        text: `${vote.name} ${did} this${vote.edited ? ' with changed arguments' : ''} ${where}.`,
      },
    ];
  });
  const { extension } = view;
  const extended =
    extension === null
      ? []
      : [
          {
            key: `extended:${extension.at.toISOString()}`,
            since: extension.at,
            text: `${extension.by} extended the deadline until ${plainDate(view.deadline)}: ${extension.reason}`,
          },
        ];
  const escalated = view.escalations.map(({ afterMinutes, groups, asked, at }): ThreadNote => {
    const whom = groups === '' ? (asked === 1 ? 'One more was' : `${asked} more were`) : `${groups} was`;
    return {
      key: `escalated:${afterMinutes}`,
      since: at,
      text: `Nobody had decided after ${afterMinutes} min. ${whom} asked too.`,
    };
  });
  const { remindedAt } = view;
  const reminded =
    remindedAt === null || view.state.status !== 'pending'
      ? []
      : [
          {
            key: `reminded:${remindedAt.toISOString()}`,
            since: remindedAt,
            text: `Reminder: this still waits to be decided. It expires at ${plainDate(view.deadline)}.`,
          },
        ];
  const given =
    view.claim?.givenBy == null
      ? []
      : [
          {
            key: `given:${view.claim.at.getTime()}`,
            text: `${view.claim.givenBy} gave this to ${view.claim.name}. Others may still decide.`,
          },
        ];
  const comments = view.comments.flatMap((comment) => commentNotes(view, comment));
  const told = ['resumed', 'unclear', 'refused', 'lost'].includes(view.resume)
    ? [{ key: `resume:${view.resume}`, text: resumeText(view.resume, false) ?? '' }]
    : [];
  const end = view.state.status === 'pending' ? null : runEndText(view.runStatus);
  return [
    ...votes,
    ...given,
    ...comments,
    ...escalated,
    ...extended,
    ...reminded,
    ...told,
    ...(end === null ? [] : [{ key: `run:${view.runStatus}`, text: end }]),
  ];
}

// What is hidden in Slack may stand in a comment too, so it is read in the browser then.
function commentNotes(view: SlackView, { id, by, text, editedAt, thread }: Comment): ThreadNote[] {
  const key = `comment:${id}`;
  const elsewhere = thread === null ? {} : { notIn: thread };
  if (text === null) return [{ key: `gone:${id}`, text: `${by.name} deleted a comment.`, replaces: key, ...elsewhere }];
  const words = view.hidden ? `${by.name} commented. Read it in the browser: ${view.url}` : `${by.name}: ${text}`;
  const note = { key, text: words, ...elsewhere };
  return editedAt === null ? [note] : [note, { ...note, key: `edited:${id}:${editedAt.getTime()}`, replaces: key }];
}

/** A note as `chat.postMessage` is given it. */
export function noteMessage(note: ThreadNote) {
  return {
    text: unformatted(note.text, 2_900),
    blocks: [{ type: 'section' as const, block_id: 'note', text: literal(note.text, 2_900) }],
  };
}
