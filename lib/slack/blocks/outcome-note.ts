import type { SlackView } from '../view';
import { effectText, minimalMessage, outcomeBlocks, type SlackMessage, statusTitle } from './message';
import { literal, oneLine } from './text';

/** What whoever asked for the run is told once its call is decided for good: what, by whom, why, and how it goes on. */
export function outcomeNote(view: SlackView, now: Date): SlackMessage {
  return {
    ...minimalMessage(view, now),
    blocks: [
      { type: 'header', block_id: 'hd', text: literal(statusTitle(view), 150) },
      { type: 'section', block_id: 'effect', text: literal(oneLine(effectText(view)), 1_000) },
      ...outcomeBlocks(view, now),
      {
        type: 'context',
        block_id: 'ctx',
        elements: [literal(`You are told because ${view.agent ?? 'an agent'} asked for this on your behalf.`, 300)],
      },
      {
        type: 'actions',
        block_id: 'open',
        elements: [
          {
            type: 'button',
            action_id: 'approval.open',
            text: { type: 'plain_text', text: 'Open in browser', emoji: false },
            url: view.url,
          },
        ],
      },
    ],
  };
}
