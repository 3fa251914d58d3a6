import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { type HoldPlace, holdScopes, longestHoldReason } from '@/lib/domain/hold';
import { cut, literal, oneLine } from './text';

const state = z.object({ v: z.literal(1), scope: z.enum(holdScopes), key: z.string().max(300) });

/** Asks for the reason before something is stopped or released. It carries what is meant, and nothing else. */
export function holdModal(act: 'stop' | 'release', { scope, key }: HoldPlace, name: string): ModalView {
  const stops = act === 'stop';
  return {
    type: 'modal',
    callback_id: `hold.${act}`,
    private_metadata: JSON.stringify({ v: 1, scope, key }),
    title: plain(stops ? 'Stop' : 'Release'),
    submit: plain(stops ? 'Stop' : 'Release'),
    close: plain('Cancel'),
    blocks: [
      {
        type: 'section',
        block_id: 'what',
        text: literal(oneLine(cut(`${stops ? 'Stop' : 'Release'} ${name}?`, 400)), 500),
      },
      {
        type: 'section',
        block_id: 'told',
        text: literal(
          stops
            ? 'Rules approve nothing there by themselves, and what people decide is not sent on until it is released.'
            : 'Rules approve again by themselves, and what people decided meanwhile is sent on at once.',
          300,
        ),
      },
      {
        type: 'input',
        block_id: 'reason',
        optional: !stops,
        label: plain('Why'),
        hint: plain('It stands on every page while it is stopped, and in the audit history.'),
        element: {
          type: 'plain_text_input',
          action_id: 'v',
          multiline: true,
          ...(stops ? { min_length: 3 } : {}),
          max_length: longestHoldReason,
        },
      },
    ],
  };
}

/** What the modal carried; null: it is not ours. */
export function parseHoldModal(text: string | undefined): HoldPlace | null {
  if (text === undefined || text.length > 1_000) return null;
  try {
    const { scope, key } = state.parse(JSON.parse(text));
    return { scope, key };
  } catch {
    return null;
  }
}

function plain(text: string) {
  return { type: 'plain_text' as const, text, emoji: false };
}
