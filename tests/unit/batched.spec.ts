import { expect, test } from 'vitest';
import { batched } from '@/lib/batched';

/** A write that records what it was given and is let through by hand. */
function aWrite() {
  const given: (readonly string[])[] = [];
  const waiting: PromiseWithResolvers<void>[] = [];
  return {
    given,
    write: (items: readonly string[]) => {
      given.push(items);
      const turn = Promise.withResolvers<void>();
      waiting.push(turn);
      return turn.promise;
    },
    pass: () => waiting.shift()?.resolve(),
    fail: (error: Error) => waiting.shift()?.reject(error),
  };
}

const tick = () => new Promise((resolve) => setImmediate(resolve));
const never = () => false;

test('what comes in during a write shares the next one, up to its size', async () => {
  const { given, write, pass } = aWrite();
  const add = batched(write, { largest: 3, isAboutOne: never });
  const all = ['a', 'b', 'c', 'd', 'e'].map(add);
  for (let turn = 0; turn < 3; turn++) {
    pass();
    await tick();
  }
  await Promise.all(all);
  expect(given).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
});

test('a failed write fails what it carried, and nothing after it', async () => {
  const { write, pass, fail } = aWrite();
  const add = batched(write, { largest: 2, isAboutOne: never });
  const [first, second, third] = [add('a'), add('b'), add('c')];
  const failures = Promise.all([expect(second).rejects.toThrow('away'), expect(third).rejects.toThrow('away')]);
  pass();
  await first;
  await tick();
  fail(new Error('away'));
  await failures;
  const fourth = add('d');
  await tick();
  pass();
  await expect(fourth).resolves.toBeUndefined();
});

test('when one item may be to blame, the others of its batch are written without it', async () => {
  const given: (readonly string[])[] = [];
  const add = batched<string>(
    async (items) => {
      given.push(items);
      if (items.includes('bad')) throw new Error('bad');
    },
    { largest: 8, isAboutOne: () => true },
  );
  const outcomes = await Promise.allSettled(['first', 'good', 'bad', 'better'].map(add));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(given).toEqual([['first'], ['good', 'bad', 'better'], ['good'], ['bad'], ['better']]);
});
