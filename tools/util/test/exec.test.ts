import assert from 'node:assert/strict';
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { after, test } from 'node:test';
import { CommandError, EX_UNAVAILABLE } from '../src/errors.ts';
import { exec, execPiped, succeeds } from '../src/exec.ts';
import { hideSecret } from '../src/secret-mask.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-exec-'));
after(() => rmSync(folder, { recursive: true }));

async function failureOf(running: Promise<unknown>): Promise<CommandError> {
  const error = await running.then(
    () => assert.fail('it succeeds'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof CommandError, String(error));
  return error;
}

async function pidIn(file: string): Promise<number> {
  while (true) {
    try {
      const pid = Number(readFileSync(file, 'utf8'));
      if (pid > 0) return pid;
    } catch {
      // Not written yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function isGone(pid: number): Promise<boolean> {
  const end = Date.now() + 20_000;
  while (isRunning(pid) && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
  return !isRunning(pid);
}

test('resolves with standard output; input is text, bytes or a stream', async () => {
  assert.equal(await exec(['cat'], { input: 'hello' }), 'hello');
  assert.equal(await exec(['cat'], { input: Buffer.from('bytes') }), 'bytes');
  assert.equal(await exec(['cat'], { input: Readable.from([Buffer.from('a'), Buffer.from('b')]) }), 'ab');
  assert.equal(await exec(['sh', '-c', 'echo "$GREETING"; pwd'], { env: { GREETING: 'hi' }, cwd: '/' }), 'hi\n/\n');
});

test('no shell reads the words', async () => {
  assert.equal(await exec(['printf', '%s', '$HOME; echo `id` > x']), '$HOME; echo `id` > x');
});

test('a failure carries the pasteable command, the exit code and what was written to standard error', async () => {
  const error = await failureOf(exec(['sh', '-c', 'echo out; echo err >&2; exit 7']));
  assert.equal(error.code, 7);
  assert.equal(error.message, "sh -c 'echo out; echo err >&2; exit 7' exited with 7:\n    err");
  assert.match((await failureOf(exec(['sh', '-c', 'echo out; exit 1']))).message, /exited with 1:\n {4}out$/);
  assert.match((await failureOf(exec(['sh', '-c', 'kill -KILL $$']))).message, /was ended by SIGKILL$/);
});

test('of a long output the error keeps the end', async () => {
  const { message, output } = await failureOf(exec(['sh', '-c', 'seq 100000 >&2; exit 1']));
  assert.equal(message.split('\n').length, 26);
  assert.match(message, / {4}100000$/);
  assert.ok(output.length <= 200_000);
});

test('hidden secrets are in no error', async () => {
  hideSecret('s3cret-value');
  const command = ['sh', '-c', 'echo "login s3cret-value refused" >&2; exit 1', 's3cret-value'] as const;
  for (const error of [await failureOf(exec(command)), await failureOf(execPiped(['cat'], command))]) {
    for (const text of [error.message, error.command, error.output, error.stack ?? '']) {
      assert.doesNotMatch(text, /s3cret/);
    }
    assert.match(error.output, /login \(secret\) refused/);
  }
});

test('a program that is not there, and a folder that is not there', async () => {
  const error = await failureOf(exec(['no-such-program']));
  assert.equal(error.message, '"no-such-program" is not on the PATH');
  assert.deepEqual([error.code, error.exitCode], ['ENOENT', EX_UNAVAILABLE]);
  assert.match((await failureOf(exec(['cat'], { cwd: '/nowhere' }))).message, /folder \/nowhere does not exist/);
  assert.equal(await succeeds(['no-such-program']), false);
  assert.equal(await succeeds(['false']), false);
  assert.equal(await succeeds(['true']), true);
});

test('a program that ends without reading its input fails by its exit code, or succeeds', async () => {
  const input = 'x'.repeat(1 << 20);
  assert.equal((await failureOf(exec(['sh', '-c', 'exit 3'], { input }))).code, 3);
  assert.equal(await exec(['true'], { input }), '');
});

test('an input that breaks is an error, whatever the program makes of the first half', async () => {
  const broken = Readable.from(
    (async function* () {
      yield 'first half';
      throw new Error('the disk is gone');
    })(),
  );
  await assert.rejects(exec(['sh', '-c', 'cat > /dev/null'], { input: broken }));
});

test('output goes to a stream, which is ended; one that breaks ends the program', async () => {
  const file = join(folder, 'output');
  assert.equal(await exec(['sh', '-c', 'echo one; echo two'], { output: createWriteStream(file) }), '');
  assert.equal(readFileSync(file, 'utf8'), 'one\ntwo\n');
  const full = new Writable({ write: (_chunk, _encoding, done) => done(new Error('no space')) });
  await assert.rejects(exec(['yes'], { output: full }), /^Error: no space$/);
});

test('lines of both outputs are told while the program runs', async () => {
  const seen: string[] = [];
  await exec(['sh', '-c', 'echo one; echo two >&2'], { onLine: (line) => seen.push(line) });
  assert.deepEqual(seen.sort(), ['one', 'two']);
});

test('a timeout ends the program', async () => {
  const error = await failureOf(exec(['sleep', '60'], { timeoutMs: 100 }));
  assert.equal(error.message, 'sleep 60 did not end within 0.1 s');
  assert.equal(error.code, 'timeout');
});

test('a signal ends the program and what it has started', { skip: process.platform !== 'linux' }, async () => {
  const stop = new AbortController();
  const file = join(folder, 'pid');
  const running = exec(['sh', '-c', 'sleep 60 & echo $! > "$0"; wait', file], { signal: stop.signal });
  const grandchild = await pidIn(file);
  stop.abort(new Error('interrupted'));
  await assert.rejects(running, /interrupted/);
  assert.ok(await isGone(grandchild));
  await assert.rejects(exec(['true'], { signal: stop.signal }), /interrupted/);
});

test('a program that ignores the request to end is killed', { skip: process.platform !== 'linux' }, async () => {
  const file = join(folder, 'stubborn');
  const running = exec(['sh', '-c', 'trap "" TERM; echo $$ > "$0"; while :; do sleep 0.1; done', file], {
    timeoutMs: 500,
    signal: new AbortController().signal,
  });
  const pid = await pidIn(file);
  assert.equal((await failureOf(running)).code, 'timeout');
  assert.ok(await isGone(pid));
});

test('a reader of a pipe that is content before the end ends the other side, and nothing has failed', async () => {
  assert.equal(await execPiped(['sh', '-c', 'echo x; exec sleep 60'], ['sh', '-c', 'head -n1; exec 0<&-']), 'x\n');
  assert.equal(await execPiped(['yes'], ['head', '-n1']), 'y\n');
});

test('a pipe answers the last output and fails when either side does', async () => {
  assert.equal(await execPiped(['echo', 'hello'], ['cat']), 'hello\n');
  const source = await failureOf(execPiped(['sh', '-c', 'echo x; exit 4'], ['cat']));
  assert.match(source.message, /^sh -c 'echo x; exit 4' \| cat exited with 4/);
  const sink = await failureOf(execPiped(['echo', 'x'], ['sh', '-c', 'cat > /dev/null; exit 5']));
  assert.equal(sink.code, 5);
  assert.equal((await failureOf(execPiped(['yes'], ['sh', '-c', 'exec 0<&-; exit 6']))).code, 6);
  const killed = await failureOf(execPiped(['sh', '-c', 'echo x; kill -TERM $$'], ['cat']));
  assert.equal(killed.code, 'SIGTERM');
  assert.match(
    (await failureOf(execPiped(['echo'], ['no-such-program']))).message,
    /^"no-such-program" is not on the PATH/,
  );
  const file = join(folder, 'piped');
  writeFileSync(file, 'from a file');
  assert.equal(await exec(['cat'], { input: createReadStream(file) }), 'from a file');
});
