import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeByTime } from '../../../src/operate/logs/merge-by-time.ts';

type Item = { time: number; from: string };

async function* stream(from: string, times: number[]): AsyncGenerator<Item> {
  for (const time of times) yield { time, from };
}

async function all<Value>(items: AsyncIterable<Value>): Promise<Value[]> {
  const values: Value[] = [];
  for await (const item of items) values.push(item);
  return values;
}

test('streams that end come out in exact order, however many they are and however far ahead one is', async () => {
  const merge = mergeByTime<Item>(Infinity);
  for (let at = 0; at < 40; at++)
    merge.add(
      stream(
        `s${at}`,
        Array.from({ length: 1500 }, (_, n) => n * 40 + at),
      ),
    );
  merge.close();
  const items = await all(merge.items);
  assert.equal(items.length, 60_000);
  assert.ok(items.every(({ time }, at) => time === at));
});

test('a stream is read no further ahead than its share', async () => {
  let read = 0;
  async function* endless(): AsyncGenerator<Item> {
    for (let time = 0; ; time++) {
      read = time;
      yield { time, from: 'endless' };
    }
  }
  const merge = mergeByTime<Item>(Infinity);
  merge.add(endless());
  const { value } = await merge.items.next();
  assert.equal(value?.time, 0);
  await new Promise(setImmediate);
  assert.ok(read <= 1001, `${read} items were read for one that was wanted`);
});

test('a silent stream holds up the others no longer than the patience; one that is added later takes part', async () => {
  const merge = mergeByTime<Item>(20);
  const silence = Promise.withResolvers<void>();
  async function* silent(): AsyncGenerator<Item> {
    await silence.promise;
    yield { time: 9, from: 'silent' };
  }
  merge.add(silent());
  merge.add(stream('lively', [1, 2]));
  const first = [await merge.items.next(), await merge.items.next()].map(({ value }) => (value as Item).time);
  assert.deepEqual(first, [1, 2]);
  merge.add(stream('late', [5]));
  merge.close();
  assert.equal(((await merge.items.next()).value as Item).from, 'late');
  silence.resolve();
  assert.deepEqual(
    (await all(merge.items)).map(({ from }) => from),
    ['silent'],
  );
});

test('a line that comes in late is put where it belongs while the others wait for it', async () => {
  const merge = mergeByTime<Item>(60_000);
  const late = Promise.withResolvers<void>();
  async function* buffered(): AsyncGenerator<Item> {
    await late.promise;
    yield { time: 1, from: 'buffered' };
  }
  merge.add(buffered());
  merge.add(stream('prompt', [2]));
  merge.close();
  const items = all(merge.items);
  late.resolve();
  assert.deepEqual(
    (await items).map(({ from }) => from),
    ['buffered', 'prompt'],
  );
});

test('a stream that fails fails the merge', async () => {
  const merge = mergeByTime<Item>(Infinity);
  async function* broken(): AsyncGenerator<Item> {
    yield { time: 1, from: 'broken' };
    throw new Error('cut off');
  }
  merge.add(broken());
  merge.close();
  await assert.rejects(all(merge.items), /cut off/);
});
