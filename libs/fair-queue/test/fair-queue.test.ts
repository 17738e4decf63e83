import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { CallerLeft, FairQueue, Overloaded, type Caller, type FairQueueOptions, type Refusal } from '@shop/fair-queue';

/** A queue by a clock that stands still unless the test moves it, and whose work ends when the test says so. */
function setUp(t: TestContext, options: Partial<FairQueueOptions> = {}) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const refused: Refusal[] = [];
  const waits: number[] = [];
  const observer = {
    started: (ms: number) => void waits.push(ms),
    refused: (reason: Refusal) => void refused.push(reason),
  };
  const queue = new FairQueue({
    concurrency: 1,
    limit: 100,
    calmLimit: 100,
    overloadedWaitMs: 900,
    observer,
    ...options,
  });
  const started: string[] = [];
  const finish: (() => void)[] = [];
  return {
    queue,
    refused,
    waits,
    started,
    run: (name: string, client = 'a', caller?: Caller): Promise<string> => {
      const result = queue.run(
        () => {
          started.push(name);
          return new Promise<string>((resolve) => finish.push(() => resolve(name)));
        },
        client,
        caller,
      );
      // The test looks at it later.
      result.catch(() => {});
      return result;
    },
    /** The oldest piece of work ends after so many milliseconds. */
    async end(afterMs = 0): Promise<void> {
      t.mock.timers.tick(afterMs);
      finish.shift()?.();
      await turn();
    },
    pass: (ms: number) => t.mock.timers.tick(ms),
  };
}

function caller(patienceMs: number) {
  const controller = new AbortController();
  return {
    cameAt: Date.now(),
    deadline: Date.now() + patienceMs,
    get hasLeft() {
      return controller.signal.aborted;
    },
    left: controller.signal,
    leave: () => controller.abort(),
  };
}

const overloaded = (reason: string) => (error: unknown) => error instanceof Overloaded && error.reason === reason;

test('so much runs at once and no more, in the order in which one client brought it', async (t) => {
  const { queue, run, end, started, waits } = setUp(t, { concurrency: 2 });
  const results = Promise.all(['1', '2', '3', '4'].map((name) => run(name)));
  assert.deepEqual([started, queue.length], [['1', '2'], 2]);
  await end(10);
  assert.deepEqual(started, ['1', '2', '3']);
  for (let n = 0; n < 3; n++) await end(10);
  assert.deepEqual(await results, ['1', '2', '3', '4']);
  assert.deepEqual(waits, [0, 0, 10, 20]);
  assert.equal(queue.length, 0);
});

test('clients take turns, however much one of them brings', async (t) => {
  const { run, end, started } = setUp(t);
  for (let n = 1; n <= 6; n++) void run(`a${n}`, 'a');
  void run('b1', 'b');
  void run('b2', 'b');
  void run('c1', 'c');
  for (let n = 0; n < 9; n++) await end();
  assert.deepEqual(started, ['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4', 'a5', 'a6']);
});

test('work that fails makes room as well', async (t) => {
  const { queue, run, started } = setUp(t);
  await assert.rejects(
    queue.run(() => Promise.reject(new Error('broken'))),
    /broken/,
  );
  void run('next');
  assert.deepEqual(started, ['next']);
});

test('who leaves is taken out at once, and the work is never begun', async (t) => {
  const { queue, run, end, started, refused } = setUp(t);
  const impatient = caller(5000);
  void run('1');
  const second = run('2', 'a', impatient);
  void run('3');
  impatient.leave();
  await assert.rejects(second, CallerLeft);
  assert.equal(queue.length, 1);
  await end();
  assert.deepEqual(started, ['1', '3']);
  await assert.rejects(run('4', 'a', impatient), CallerLeft);
  assert.deepEqual(refused, ['left', 'left']);
});

test('what cannot be done before the deadline any more is refused, at once where that is known', async (t) => {
  const { run, end, pass, started, refused } = setUp(t);
  void run('1');
  await end(400);
  void run('2');
  // 400 ms each: 2 and 3 are before it.
  void run('3');
  await assert.rejects(run('4', 'a', caller(700)), overloaded('deadline'));
  const fifth = run('5', 'a', caller(1500));
  pass(1099);
  assert.deepEqual(refused, ['deadline']);
  pass(1);
  await assert.rejects(fifth, overloaded('deadline'));
  await end();
  await end();
  assert.deepEqual(started, ['1', '2', '3']);
});

test('nothing is begun for a deadline that has passed, however idle the queue is', async (t) => {
  const { run, pass, started } = setUp(t);
  const late = caller(100);
  pass(101);
  await assert.rejects(run('1', 'a', late), overloaded('deadline'));
  assert.deepEqual(started, []);
});

test('one slow piece of work does not close the queue to those that follow', async (t) => {
  const { run, end } = setUp(t);
  const first = run('1', 'a', caller(10_000));
  await end(60_000);
  await first;
  const second = run('2', 'a', caller(10_000));
  await end(100);
  assert.equal(await second, '2');
  for (let n = 3; n < 8; n++) {
    const next = run(String(n), 'a', caller(10_000));
    await end(100);
    await next;
  }
  // Soon a few may wait again.
  const results = ['8', '9', '10'].map((name) => run(name, 'a', caller(10_000)));
  for (let n = 0; n < 3; n++) await end(100);
  assert.deepEqual(await Promise.all(results), ['8', '9', '10']);
});

test('the patience of the queue is a deadline for those who have none', async (t) => {
  const { run, pass } = setUp(t, { patienceMs: 2000 });
  void run('1');
  const second = run('2');
  pass(2000);
  await assert.rejects(second, overloaded('deadline'));
});

test('one client has so much waiting and no more', async (t) => {
  const { run } = setUp(t, { clientLimit: 2 });
  for (const name of ['1', '2', '3']) void run(name);
  await assert.rejects(run('4'), overloaded('client-full'));
  void run('b1', 'b');
});

test('a full queue takes in who has less in it, in the place of the newest of who has most', async (t) => {
  const { queue, run, end, started } = setUp(t, { limit: 4 });
  const [, , a3, a4] = ['a1', 'a2', 'a3', 'a4'].map((name) => run(name, 'a'));
  void run('b1', 'b');
  await assert.rejects(run('a5', 'a'), overloaded('full'));
  void run('c1', 'c');
  await assert.rejects(a4!, overloaded('full'));
  void run('c2', 'c').catch(() => {});
  void run('d1', 'd');
  await assert.rejects(a3!, overloaded('full'));
  assert.equal(queue.length, 4);
  for (let n = 0; n < 5; n++) await end();
  assert.deepEqual(started, ['a1', 'a2', 'b1', 'c1', 'd1']);
});

test('a burst is worked off in its order, as far as deadlines allow', async (t) => {
  const { run, end, refused, started } = setUp(t, { calmLimit: 2 });
  void run('0');
  await end(400);
  const burst = Array.from({ length: 8 }, (_, n) => run(`b${n + 1}`, 'a', caller(10_000)));
  for (let n = 1; n <= 8; n++) {
    await end(400);
    // Somebody comes now and then; it is no flood.
    if (n === 3) void run('late', 'b', caller(10_000));
  }
  await Promise.all(burst.slice(0, 7));
  assert.deepEqual(refused, []);
  assert.deepEqual(started, ['0', 'b1', 'b2', 'b3', 'b4', 'b5', 'late', 'b6', 'b7', 'b8']);
});

test('while more comes than is done nothing old is done, and nothing waits for long', async (t) => {
  const { queue, run, end, pass, refused, started } = setUp(t, { calmLimit: 4 });
  // Three come each half second in which one is done.
  let count = 0;
  const halfSecond = async () => {
    for (let n = 0; n < 3; n++) void run(String(++count), 'a', caller(10_000));
    await end(500);
  };
  for (let n = 0; n < 2; n++) await halfSecond();
  // A burst could look like this: in order, and nobody is refused.
  assert.deepEqual([started, refused], [['1', '2', '3'], []]);
  for (let n = 0; n < 6; n++) await halfSecond();
  // A second of it is enough: what is older was refused, and the newest of each half second is done.
  assert.deepEqual(started.slice(-4), ['15', '18', '21', '24']);
  assert.ok(refused.length > 0 && refused.every((reason) => reason === 'standing'), refused.join());
  const waiting = queue.length;
  assert.ok(waiting <= 4, String(waiting));

  // The flood is over: who comes is next, and soon nothing else waits.
  const after = run('after', 'a', caller(10_000));
  await end(300);
  assert.equal(started.at(-1), 'after');
  await end(300);
  assert.equal(await after, 'after');
  pass(2500);
  for (let n = 0; n < 6; n++) await end();
  const burst = ['x', 'y', 'z'].map((name) => run(name));
  for (let n = 0; n < 3; n++) await end(1000);
  assert.deepEqual(await Promise.all(burst), ['x', 'y', 'z']);
});

test('in a flood of many clients the newest is done first, and none twice before the others', async (t) => {
  const { run, end, started, refused } = setUp(t, { calmLimit: 4 });
  let count = 0;
  const halfSecond = async () => {
    for (let n = 0; n < 3; n++) void run(String(++count), `client ${count}`, caller(10_000));
    void run(`x${count}`, 'x', caller(10_000));
    await end(500);
  };
  for (let n = 0; n < 8; n++) await halfSecond();
  assert.ok(refused.every((reason) => reason === 'standing'));
  assert.deepEqual(started.slice(-3), ['18', '21', '24']);
});

test('another client has its turn in a flood, and its few wait until their deadlines as long as it is none', async (t) => {
  const { run, end, started } = setUp(t, { calmLimit: 6 });
  // Two come each half second and one is done, of two clients, but few enough wait.
  for (let n = 1; n <= 5; n++) {
    void run(`a${n}`, 'a', caller(10_000));
    void run(`b${n}`, 'b', caller(10_000));
    await end(500);
  }
  assert.deepEqual(started, ['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
});

test('callers who give up after a long wait are a sign that the other few are about to', async (t) => {
  const { run, end, started, refused } = setUp(t);
  const impatient = caller(10_000);
  // Two come each half second and one is done.
  for (let n = 1; n <= 6; n++) {
    void run(`a${n}`, 'a', caller(10_000));
    void run(`b${n}`, 'a', n === 4 ? impatient : caller(10_000));
    await end(500);
  }
  assert.deepEqual([started.at(-1), refused], ['a4', []]);
  impatient.leave();
  void run('a7', 'a', caller(10_000));
  await end(250);
  // Not a5 or b5, which have waited for a second.
  assert.equal(started.at(-1), 'a7');
  assert.deepEqual(refused, ['left', 'standing', 'standing']);
});

test('what is prepared is refused as the queue itself would, and takes no place in it', async (t) => {
  const { queue, run, refused } = setUp(t, { clientLimit: 1 });
  assert.equal(await queue.prepare(async () => 'done', 'a'), 'done');
  void run('1');
  void run('2');
  await assert.rejects(
    queue.prepare(async () => assert.fail(), 'a'),
    overloaded('client-full'),
  );
  await queue.prepare(async () => {}, 'b');
  assert.deepEqual([queue.length, refused], [1, ['client-full']]);
});

test('of a crowd that comes at once no more is prepared than may run and wait, of one client and in all', async (t) => {
  const { queue, run } = setUp(t, { clientLimit: 2, limit: 4 });
  const end: (() => void)[] = [];
  let prepared = 0;
  const prepare = (client: string) => {
    const result = queue.prepare(() => {
      prepared += 1;
      return new Promise<void>((resolve) => end.push(resolve));
    }, client);
    result.catch(() => {});
    return result;
  };
  const [first] = Array.from({ length: 5 }, () => prepare('a'));
  assert.equal(prepared, 3);
  await assert.rejects(prepare('a'), overloaded('client-full'));
  for (const client of ['b', 'c', 'd', 'e']) void prepare(client);
  assert.equal(prepared, 5);
  await assert.rejects(prepare('f'), overloaded('full'));
  // Who runs and who waits count as before; who failed does not.
  end.shift()?.();
  await first;
  void run('1');
  await assert.rejects(prepare('a'), overloaded('client-full'));
  for (const resolve of end) resolve();
  await turn();
  void prepare('a');
  assert.equal(prepared, 6);
});

test('all who wait can be refused for a reason that concerns them all', async (t) => {
  const { queue, run, end, started } = setUp(t);
  const [, second, third] = [run('1'), run('2'), run('3', 'b')];
  queue.refuseAll(new Error('closed'));
  await assert.rejects(second, /closed/);
  await assert.rejects(third, /closed/);
  await end();
  void run('4');
  assert.deepEqual(started, ['1', '4']);
});
