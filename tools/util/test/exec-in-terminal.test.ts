import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandError } from '../src/errors.ts';
import { execInTerminal } from '../src/exec-in-terminal.ts';

test('tells how a program ended as a shell would', async () => {
  assert.equal(await execInTerminal(['sh', '-c', 'exit 3'], { input: 'ignore' }).exitCode, 3);
  assert.equal(await execInTerminal(['sh', '-c', '[ "$GREETING" = hi ]'], { env: { GREETING: 'hi' } }).exitCode, 0);
  const sleeping = execInTerminal(['sleep', '60'], { input: 'ignore' });
  sleeping.kill('SIGTERM');
  assert.equal(await sleeping.exitCode, 143);
});

test('a program that is not there is named', async () => {
  await assert.rejects(
    execInTerminal(['no-such-program']).exitCode,
    (error) => error instanceof CommandError && error.message === '"no-such-program" is not on the PATH',
  );
});
