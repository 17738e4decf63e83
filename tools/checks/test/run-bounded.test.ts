import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runBounded } from '../src/run-bounded.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-checks-'));
after(() => rmSync(folder, { recursive: true }));
const logFile = join(folder, 'log');
const shell = (script: string): [string, ...string[]] => ['sh', '-c', script];

test('answers exit code and output, and keeps the output', async () => {
  const heard: string[] = [];
  const onOutput = (text: string) => heard.push(text);
  const { exitCode, output, isTimedOut } = await runBounded(shell('echo out; echo err >&2; exit 3'), {
    boundMs: 30_000,
    logFile,
    onOutput,
  });
  assert.deepEqual({ exitCode, isTimedOut }, { exitCode: 3, isTimedOut: false });
  assert.match(output, /out/);
  assert.match(output, /err/);
  assert.equal(heard.join(''), output);
  assert.equal(readFileSync(logFile, 'utf8'), output);
});

test('a program that does not end is ended at its time limit, with what it has started', async () => {
  const { exitCode, output, isTimedOut } = await runBounded(shell('sleep 300 & echo $!; wait'), {
    boundMs: 300,
    logFile,
  });
  assert.equal(isTimedOut, true);
  assert.notEqual(exitCode, 0);
  await assertEnds(output.split('\n')[0]!);
});

test('a daemon that holds the output open keeps nobody waiting', async () => {
  const { exitCode, output, isTimedOut } = await runBounded(shell('setsid sleep 60 & echo $!'), {
    boundMs: 30_000,
    logFile,
  });
  assert.deepEqual({ exitCode, isTimedOut }, { exitCode: 0, isTimedOut: false });
  // It still runs: the end of this test, not its own, is what we saw.
  process.kill(Number(output.split('\n')[0]));
});

test('a program that is not there is an error', async () => {
  await assert.rejects(runBounded(['no-such-program'], { boundMs: 1000, logFile }), { code: 'ENOENT' });
});

async function assertEnds(pid: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  // A zombie has ended; only nobody has asked how.
  while (/^[^Z\s]/.test(spawnSync('ps', ['-o', 'stat=', '-p', pid]).stdout.toString())) {
    assert.ok(performance.now() < deadline, `process ${pid} still runs`);
    await sleep(20);
  }
}
