import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { CommandError, MissingError } from '../src/core/failures.ts';
import { withLock } from '../src/core/lock.ts';
import { pipe } from '../src/core/pipe.ts';
import { run, succeeds } from '../src/core/run.ts';

test('answers stdout and feeds stdin, from text and from a stream', async () => {
  assert.equal(await run(['cat'], { input: 'hello' }), 'hello');
  assert.equal(await run(['cat'], { input: Readable.from([Buffer.from('a'), Buffer.from('b')]) }), 'ab');
});

test('a failure carries the pasteable command, the exit code and the output', async () => {
  await assert.rejects(run(['sh', '-c', 'echo out; echo err >&2; exit 7']), (error) => {
    assert.ok(error instanceof CommandError);
    assert.equal(error.exitCode, 7);
    assert.match(error.message, /^exit code 7: sh -c 'echo out; echo err >&2; exit 7'/);
    assert.match(error.message, / {4}out/);
    assert.match(error.message, / {4}err/);
    return true;
  });
});

test('a program that ends without reading its input fails by its exit code', async () => {
  await assert.rejects(run(['sh', '-c', 'exit 3'], { input: 'x'.repeat(1 << 20) }), /exit code 3/);
});

test('a program that is not there is something missing', async () => {
  await assert.rejects(
    run(['no-such-program']),
    (error) => error instanceof MissingError && /no-such-program/.test(error.message),
  );
  assert.equal(await succeeds(['no-such-program']), false);
});

test('a deadline ends the program and what it has started', async () => {
  const started = Date.now();
  await assert.rejects(run(['sh', '-c', 'sleep 20 & sleep 20'], { timeoutMs: 300 }), /no answer within 0\.3 s/);
  assert.ok(Date.now() - started < 5_000);
});

test('a pipe fails when either side does', async () => {
  assert.equal(await pipe(['echo', 'hello'], ['cat']), 'hello\n');
  await assert.rejects(pipe(['sh', '-c', 'echo x; exit 4'], ['cat']), /exit code 4/);
  await assert.rejects(pipe(['echo', 'x'], ['sh', '-c', 'cat > /dev/null; exit 5']), /exit code 5/);
});

test('the lock lets one in at a time and is free again after a failure', async () => {
  const subject = `test-${process.pid}`;
  const order: string[] = [];
  const first = withLock(subject, async () => {
    order.push('first in');
    await new Promise((resolve) => setTimeout(resolve, 200));
    order.push('first out');
    throw new Error('first fails');
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  const second = withLock(subject, async () => order.push('second in'));
  await assert.rejects(first, /first fails/);
  await second;
  assert.deepEqual(order, ['first in', 'first out', 'second in']);
});
