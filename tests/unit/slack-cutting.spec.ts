import { describe, expect, test } from 'vitest';
import { argumentParts, argumentText, messageShows } from '@/lib/slack/blocks/argument-text';
import { homeView } from '@/lib/slack/blocks/home';
import { approvalMessage } from '@/lib/slack/blocks/message';
import { editCheckModal, rejectModal } from '@/lib/slack/blocks/modals';
import { noteMessage } from '@/lib/slack/blocks/notes';
import { cut, escapedWithin, head } from '@/lib/slack/blocks/text';
import type { JsonObject } from '@/tests/fakes/gemini/wire';
import { noon } from '@/tests/support/builders';
import { sentProblems } from '@/tests/support/slack-sent';
import { approval, aView } from './fixtures/slack-view';

// What a cut must not go through: an entity, a surrogate pair, a letter with its mark, a family of joined emoji, a flag.
const atTheCut = ['&', '<', '😀', 'e\u0301', '👩‍👩‍👧‍👦', '🇪🇪', '\u{1F44D}\u{1F3FD}', '한'.normalize('NFD')];
const graphemes = (text: string) => [...new Intl.Segmenter('en').segment(text)].map(({ segment }) => segment);

describe.each(atTheCut)('with %j where the limit falls', (piece) => {
  const texts = (limit: number) =>
    [-1, 0, 1].flatMap((more) =>
      Array.from({ length: piece.length + 1 }, (_, before) => 'x'.repeat(limit + more - before) + piece.repeat(3)),
    );

  test.each([20, 75, 150, 300, 1_000])('a text of at most %i units ends between two characters', (limit) => {
    for (const text of [...texts(limit), piece.repeat(limit)]) {
      const short = cut(text, limit);
      expect(short.length).toBeLessThanOrEqual(limit);
      expect(short.isWellFormed()).toBe(true);
      const kept = short === text ? text : short.slice(0, -1);
      // Only a character longer than the whole place may be broken, and then not in half a pair.
      if (piece.length < limit) expect(graphemes(text).join('|').startsWith(graphemes(kept).join('|'))).toBe(true);
    }
  });

  test.each([20, 200, 600, 1_000])(
    'escaped text of at most %i units keeps the limit and every entity whole',
    (limit) => {
      for (const text of [...texts(limit), piece.repeat(limit)]) {
        const short = escapedWithin(text, limit);
        expect(short.length).toBeLessThanOrEqual(limit);
        expect(short.isWellFormed()).toBe(true);
        expect(short.replaceAll(/&(amp|lt|gt);/g, '')).not.toMatch(/[&<>]|&\w*…$/);
      }
    },
  );

  test('everything that is sent keeps Slack’s limits, whichever of its texts is too long', () => {
    for (const limit of [74, 149, 300, 500, 1_000, 2_000, 3_000]) {
      for (const text of texts(limit)) {
        const state = { status: 'rejected' as const, at: noon, undoUntil: null, next: 'ask' as const, reason: text };
        const view = aView({
          tool: text,
          effect: text,
          agent: text,
          requester: text,
          rule: text,
          ruleReason: text,
          agentReason: text,
          arguments: { [text]: text },
        });
        const decided = aView({
          ...view,
          state: { ...state, by: { kind: 'people', voters: [{ id: 'u', name: text }] } },
        });
        const place = { c: null, ts: null };
        const content = (value: object) => JSON.parse(JSON.stringify(value)) as JsonObject;
        const home = homeView(
          {
            kind: 'linked',
            name: text,
            email: text,
            count: 1,
            beyond: false,
            page: 0,
            pages: 1,
            canManage: false,
            decided: [],
            rows: [{ ...view, deadline: noon, onIt: null }],
          },
          'https://countersign.example',
        );
        expect(
          sentProblems([
            { by: 'chat.update', content: content(approvalMessage(view, noon)) },
            { by: 'chat.update', content: content(approvalMessage(decided, noon)) },
            { by: 'views.open', content: content({ view: rejectModal(view, place) }) },
            {
              by: 'views.open',
              content: content({
                view: editCheckModal(view, [{ label: text, before: text, after: text }], {
                  a: approval.id,
                  r: view.revision,
                  ...place,
                }),
              }),
            },
            { by: 'views.publish', content: content({ view: home }) },
            { by: 'chat.update', content: content(noteMessage({ key: 'k', text })) },
          ]),
        ).toEqual([]);
      }
    }
  });

  test('arguments one short of, at, and one over what a message shows; a modal loses none of them', () => {
    const overhead = argumentText({ a: '' }).length;
    const shownPiece = argumentText({ a: piece }).length - overhead;
    for (const more of [-1, 0, 1]) {
      const args = { a: `${'x'.repeat(messageShows - overhead - shownPiece + more)}${piece}` };
      const text = JSON.stringify(approvalMessage(aView({ arguments: args }), noon).blocks);
      expect(text.includes('approval.approve')).toBe(more <= 0);
      expect(text.isWellFormed()).toBe(true);
    }
    const long = { a: `${'x'.repeat(2_890)}${piece.repeat(2_000)}` };
    const parts = argumentParts(long, 0).blocks.map((block) => JSON.stringify(block));
    for (const part of parts) expect(part.isWellFormed()).toBe(true);
    expect(head(argumentText(long), 2_900).isWellFormed()).toBe(true);
  });
});
