import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandError, exitCodeOf, explainError, UserError } from '../src/errors.ts';
import { InterruptedError } from '../src/interruption.ts';
import { quote } from '../src/quote.ts';

test('a problem of the user has its place and its way out, and no stack', () => {
  const place = { file: 'apps/order/k8s/fragment.yaml', line: 12, path: 'spec.replicas' };
  const error = new UserError('must be a number', { ...place, hint: 'write 2', exitCode: 64 });
  assert.equal(explainError(error), '✗ apps/order/k8s/fragment.yaml:12 spec.replicas: must be a number\n  → write 2');
  assert.equal(exitCodeOf(error), 64);
  assert.equal(explainError(new UserError('no engine runs')), '✗ no engine runs');
  assert.equal(explainError(new InterruptedError('SIGINT')), '✗ interrupted by SIGINT');
  assert.equal(exitCodeOf(new InterruptedError('SIGINT')), 130);
  assert.match(
    explainError(new CommandError('kubectl get', 1, 'kubectl get exited with 1', { output: 'no such host' })),
    /\n {4}no/,
  );
});

test('anything else is a bug of ours: with its stack and what caused it', () => {
  const bug = new TypeError("Cannot read properties of undefined (reading 'name')", { cause: new Error('the cause') });
  const text = explainError(bug);
  assert.match(text, /^✗ This is a bug in slipway\. Please report it/);
  assert.match(text, /TypeError: Cannot read properties/);
  assert.match(text, /errors\.test\.ts:\d+/);
  assert.match(text, /the cause/);
  assert.equal(exitCodeOf(bug), 1);
  assert.match(explainError('a string'), /bug in slipway[\s\S]*'a string'/);
});

test('what the machine or a peer refuses is no bug, also as the cause of another error', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
  assert.equal(explainError(full), '✗ ENOSPC: no space left on device, write');
  const refused = Object.assign(new Error('connect failed'), { code: 'ECONNREFUSED' });
  assert.equal(explainError(new TypeError('fetch failed', { cause: refused })), '✗ ECONNREFUSED: connect failed');
  const missing = Object.assign(new Error("ENOENT: no such file, open 'x'"), { code: 'ENOENT' });
  assert.match(explainError(missing), /bug in slipway/, 'a file that we failed to check for');
});

test('commands can be pasted', () => {
  assert.equal(
    quote(['docker', 'run', '--name=a', "it's", 'a b', '', '$HOME']),
    `docker run --name=a 'it'\\''s' 'a b' '' '$HOME'`,
  );
});
