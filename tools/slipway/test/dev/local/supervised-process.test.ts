import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendSignal } from '../../../src/dev/local/send-signal.ts';
import { startProcess } from '../../../src/dev/local/supervised-process.ts';

const limit = { timeout: 30_000 };
const SERVICE = `process.on('SIGINT', () => { console.log('asked'); process.exit(); });
setInterval(() => {}, 1000);
console.log('service ' + process.pid);`;
/** As go run and npm do: the service is a child. `then`: what the launcher does once it runs. */
const launcher = (then: string, options = '') =>
  `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(SERVICE)}], { stdio: 'inherit', ${options} });
setTimeout(() => { ${then} }, 500);`;

async function startLauncher(script: string) {
  const lines: string[] = [];
  const reports: [id: number, alive: boolean][] = [];
  const seen = Promise.withResolvers<number>();
  const running = startProcess({
    command: [process.execPath, '-e', script],
    cwd: import.meta.dirname,
    env: process.env,
    onLine(line) {
      lines.push(line);
      const [, pid] = /^service (\d+)$/.exec(line) ?? [];
      if (pid !== undefined) seen.resolve(Number(pid));
    },
    onAlive: (id, alive) => reports.push([id, alive]),
  });
  const leader = running.pid ?? 0;
  assert.ok(leader > 0);
  return { running, lines, reports, leader, service: await seen.promise };
}

async function gone(pid: number): Promise<void> {
  while (sendSignal(pid, 0)) await sleep(20);
}

test('a service whose launcher has ended is asked to end, and is gone then', limit, async () => {
  const { running, lines, reports, leader, service } = await startLauncher(launcher('process.exit()'));
  await gone(leader);
  assert.deepEqual(reports, [[-leader, true]]);
  await running.stop(10_000);
  assert.ok(lines.includes('asked'));
  assert.deepEqual(reports, [
    [-leader, true],
    [-leader, false],
  ]);
  await gone(service);
});

test('a signal to the id that is reported reaches the service, not its launcher alone', limit, async () => {
  const { running, reports, service } = await startLauncher(launcher(''));
  const [[id = 0] = []] = reports;
  assert.ok(sendSignal(id, 'SIGKILL'));
  assert.deepEqual(await running.exited, { code: null, signal: 'SIGKILL' });
  await gone(service);
});

test('one that has left the group and holds the pipes does not hold up the end', limit, async (t) => {
  const { running, leader, reports, service } = await startLauncher(launcher('process.exit()', 'detached: true'));
  t.after(() => sendSignal(service, 'SIGKILL'));
  await gone(leader);
  await running.stop(100);
  assert.deepEqual(await running.exited, { code: 0, signal: null });
  assert.deepEqual(reports.at(-1), [-leader, false]);
});

test('a program that is not there ends at once with its reason', limit, async () => {
  const running = startProcess({
    command: ['slipway-no-such-program'],
    cwd: import.meta.dirname,
    env: process.env,
    onLine: () => {},
    onAlive: () => assert.fail('nothing is alive'),
  });
  assert.equal((await running.exited).code, 1);
  await running.stop(100);
  assert.match(running.logTail().join('\n'), /ENOENT/);
});
