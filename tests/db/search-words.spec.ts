import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Person } from '@/lib/domain/person';
import { findByWords } from '@/lib/search/find-by-words';
import { minutes, openShelf, type Shelf } from './queries-fixture';

let shelf: Shelf;
let ada: Person;
beforeAll(async () => {
  shelf = await openShelf();
  ada = await shelf.person('Ada', 'viewer');
  await shelf.approval({ id: 'apr_old', effect: 'Refund 10 EUR for order A-1', createdAt: minutes(-50) });
  await shelf.approval({ id: 'apr_done', effect: 'Refund 20% for order A-2', createdAt: minutes(-5), ...approved });
  await shelf.approval({
    id: 'apr_mail',
    effect: 'Write to ada@example.com',
    name: 'send_mail',
    createdAt: minutes(-9),
  });
});
afterAll(() => shelf.close());

const approved = {
  status: 'approved',
  decidedAt: minutes(-4),
  decision: { status: 'approved' },
};

const requestsFor = async (words: string, by = ada) =>
  (await findByWords(shelf.services, words, by)).requests.map(({ id }) => id);

test('words are looked for in the sentence and the function, and what waits comes first', async () => {
  expect(await requestsFor('refund')).toEqual(['apr_old', 'apr_done']);
  expect(await requestsFor('  ORDER a-1 ')).toEqual(['apr_old']);
  expect(await requestsFor('send_mail')).toEqual(['apr_mail']);
});

test('they are taken as they are, wildcards and NUL included', async () => {
  expect(await requestsFor('20%')).toEqual(['apr_done']);
  expect(await requestsFor('%%')).toEqual([]);
  expect(await requestsFor('re\0fund')).toEqual(['apr_old', 'apr_done']);
});

test('an id finds its own, ours or Gemini’s', async () => {
  expect(await requestsFor('apr_mail')).toEqual(['apr_mail']);
  expect(await requestsFor('int_0003')).toEqual(['apr_mail']);
  const { runs } = await findByWords(shelf.services, 'int_0003', ada);
  expect(runs).toMatchObject([{ id: 'run_0003', title: 'Run 0003', status: 'paused' }]);
  expect((await findByWords(shelf.services, 'run_0001', ada)).runs).toMatchObject([{ id: 'run_0001' }]);
});

test('too little text finds nothing, and neither does somebody who is shut out', async () => {
  expect(await requestsFor('r')).toEqual([]);
  expect(await requestsFor('refund', { ...ada, active: false })).toEqual([]);
});
