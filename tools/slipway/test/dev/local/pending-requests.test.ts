import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '@slipway/util/errors';
import { PendingRequests } from '../../../src/dev/local/pending-requests.ts';

const STOPPED = new UserError('was stopped meanwhile');
const NO_WORK = { reset: () => assert.fail('no reset was asked for'), pause: () => assert.fail('no pause') };

test('every request ends the attempt that is under way and wakes the service', async () => {
  for (const ask of [
    (requests: PendingRequests) => requests.edited(['src/a.ts']),
    (requests: PendingRequests) => void requests.reset(),
    (requests: PendingRequests) => void requests.start(),
    (requests: PendingRequests) => void requests.pause(),
    (requests: PendingRequests) => requests.stop(),
  ]) {
    const requests = new PendingRequests();
    requests.beginAttempt();
    assert.equal(requests.isAttemptOver, false);
    ask(requests);
    assert.equal(requests.isAttemptOver, true);
    await requests.next();
  }
});

test('an edit that comes in between two attempts belongs to the next, once', () => {
  const requests = new PendingRequests();
  requests.edited(['src/a.ts']);
  requests.edited(['src/b.ts']);
  requests.beginAttempt();
  assert.deepEqual(requests.takeEdits(), ['src/a.ts', 'src/b.ts']);
  assert.deepEqual(requests.takeEdits(), []);
});

test('a pause lasts until the service is asked to start', async () => {
  const requests = new PendingRequests();
  const paused = requests.pause();
  let isOver = false;
  const work = { ...NO_WORK, pause: () => Promise.resolve() };
  const executed = requests.execute(work).then(() => (isOver = true));
  await paused;
  assert.equal(isOver, false);
  const start = requests.start();
  await executed;
  requests.onStarted();
  await start;
});

test('a reset that is asked for in a pause is executed at once, and not after a later attempt', async () => {
  const requests = new PendingRequests();
  const paused = requests.pause();
  const executed = requests.execute({ reset: () => Promise.resolve(), pause: () => Promise.resolve() });
  await paused;
  await Promise.all([requests.reset(), executed]);
  await requests.execute(NO_WORK);
});

test('two who ask for the same thing wait for one answer', () => {
  const requests = new PendingRequests();
  assert.equal(requests.start(), requests.start());
  assert.equal(requests.reset(), requests.reset());
});

test('a reset that fails rejects, and the next one is tried', async () => {
  const requests = new PendingRequests();
  const failed = requests.reset();
  const broken = { ...NO_WORK, reset: () => Promise.reject(new Error('disk full')) };
  await Promise.all([requests.execute(broken), assert.rejects(failed, /disk full/)]);
  const reset = requests.reset();
  await requests.execute({ ...NO_WORK, reset: () => Promise.resolve() });
  await reset;
});

test('whatever is still asked for when the service stops is refused, and not executed', async () => {
  const requests = new PendingRequests();
  const asked = [requests.reset(), requests.pause(), requests.start()];
  requests.stop();
  await requests.execute(NO_WORK);
  requests.refuseAll(STOPPED);
  for (const { status } of await Promise.allSettled(asked)) assert.equal(status, 'rejected');
});
