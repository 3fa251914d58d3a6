import type { HomeView, KnownBlock } from '@slack/types';
import { type Tier, tierText } from '@/lib/domain/tier';
import { buttonValue } from './button';
import { cut, literal, markup, oneLine, slackDate, visible } from './text';

/** One waiting request as the Home lists it; no arguments. */
export type HomeRow = Readonly<{
  id: string;
  revision: string;
  tool: string;
  effect: string;
  tier: Tier;
  agent: string | null;
  deadline: Date;
  /** Who is on it, as a few words; null: nobody. */
  onIt: string | null;
}>;

export type HomeContent =
  | { kind: 'outside'; text: string } // nobody whom we know, and nobody who may link
  | { kind: 'unlinked' }
  | {
      kind: 'linked';
      name: string;
      email: string;
      rows: readonly HomeRow[];
      count: number;
      beyond: boolean; // more wait than were counted
      page: number; // from 0
      pages: number;
      decided: readonly { id: string; tool: string; status: string; at: Date }[];
      canManage: boolean;
    };

/** The app's Home for one person. */
export function homeView(content: HomeContent, appUrl: string): HomeView {
  return { type: 'home', callback_id: 'home', blocks: blocksOf(content, appUrl) };
}

function blocksOf(content: HomeContent, appUrl: string): KnownBlock[] {
  switch (content.kind) {
    case 'outside':
      return [{ type: 'section', block_id: 'text', text: literal(content.text, 500) }];
    case 'unlinked':
      return [
        { type: 'header', block_id: 'hd', text: literal('Link your account', 150) },
        {
          type: 'section',
          block_id: 'text',
          text: literal(
            'Link this Slack account to your Countersign account to see the requests that wait for you and to decide them here.',
            500,
          ),
        },
        {
          type: 'actions',
          block_id: 'homebar',
          elements: [
            { type: 'button', action_id: 'link.start', text: plain('Link account'), style: 'primary' },
            { type: 'button', action_id: 'home.refresh', text: plain('Refresh') },
          ],
        },
      ];
    case 'linked':
      return [
        {
          type: 'header',
          block_id: 'hd',
          text: literal(`Waiting for you: ${content.count}${content.beyond ? '+' : ''}`, 150),
        },
        {
          type: 'actions',
          block_id: 'homebar',
          elements: [
            { type: 'button', action_id: 'home.refresh', text: plain('Refresh') },
            { type: 'button', action_id: 'home.open', text: plain('Open inbox'), url: `${appUrl}/inbox` },
            ...(content.canManage
              ? [
                  {
                    type: 'button' as const,
                    action_id: 'home.settings',
                    text: plain('Settings'),
                    url: `${appUrl}/settings/slack`,
                  },
                ]
              : []),
          ],
        },
        { type: 'divider' },
        ...(content.rows.length === 0
          ? [
              {
                type: 'section' as const,
                block_id: 'none',
                text: literal('Nothing waits for you. New requests appear here and in their channel.', 300),
              },
            ]
          : content.rows.flatMap((row, index) => [
              ...(index > 0 ? [{ type: 'divider' as const }] : []),
              ...rowBlocks(row),
            ])),
        ...pager(content),
        ...(content.decided.length === 0
          ? []
          : [
              { type: 'divider' as const },
              {
                type: 'context' as const,
                block_id: 'decided-hd',
                elements: [literal('Decided lately', 100)],
              },
              ...content.decided.map((row) => ({
                type: 'context' as const,
                block_id: `done:${row.id}`,
                elements: [literal(oneLine(`${row.status}: ${row.tool}`), 200), markup(slackDate(row.at))],
              })),
            ]),
        { type: 'divider' },
        {
          type: 'context',
          block_id: 'foot',
          elements: [literal(`Linked to ${content.name} (${content.email}).`, 300)],
        },
        {
          type: 'actions',
          block_id: 'unlinkbar',
          elements: [{ type: 'button', action_id: 'link.remove', text: plain('Unlink'), confirm: unlinkConfirm }],
        },
      ];
  }
}

function pager({ page, pages, beyond }: { page: number; pages: number; beyond: boolean }): KnownBlock[] {
  if (pages < 2) return [];
  const turn = (actionId: string, text: string, to: number) => ({
    type: 'button' as const,
    action_id: actionId,
    text: plain(text),
    value: String(to),
  });
  const last = page === pages - 1;
  return [
    {
      type: 'context',
      block_id: 'page',
      elements: [literal(`Page ${page + 1} of ${pages}${last && beyond ? '. The rest is in the inbox.' : ''}`, 100)],
    },
    {
      type: 'actions',
      block_id: 'pager',
      elements: [
        ...(page > 0 ? [turn('home.previous', 'Previous page', page - 1)] : []),
        ...(last ? [] : [turn('home.next', 'Next page', page + 1)]),
      ],
    },
  ];
}

/** One request with its Review button, for the Home and the answer to a command. */
export function rowBlocks(row: HomeRow): KnownBlock[] {
  const about = oneLine(
    `${row.tool} · ${tierText[row.tier].name} · ${row.agent ?? 'Unnamed agent'}${row.onIt === null ? '' : ` · ${row.onIt}`}`,
  );
  return [
    {
      type: 'section',
      block_id: `row:${row.id}`,
      text: literal(oneLine(row.effect), 600),
      accessory: {
        type: 'button',
        action_id: 'approval.review',
        text: plain('Review'),
        value: buttonValue({ a: row.id, r: row.revision }),
        accessibility_label: cut(oneLine(visible(`Review ${row.tool}`)), 75),
      },
    },
    {
      type: 'context',
      block_id: `due:${row.id}`,
      elements: [literal(about, 400), markup(`Expires ${slackDate(row.deadline)}`)],
    },
  ];
}

const unlinkConfirm = {
  title: plain('Unlink this account?'),
  text: plain('Clicks of this Slack account will not count any more.'),
  confirm: plain('Unlink'),
  deny: plain('Keep'),
};

function plain(text: string) {
  return { type: 'plain_text' as const, text, emoji: false };
}
