import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { confirm } from '../../../src/nx/executors/shared/confirm.ts';

/** A terminal on which `answer` is typed; a fake, since a test has none. */
function terminal(answer: string) {
  const input = Object.assign(new PassThrough(), { isTTY: true }) as unknown as NodeJS.ReadStream;
  const output = Object.assign(new PassThrough(), { isTTY: true }) as unknown as NodeJS.WriteStream;
  let shown = '';
  output.on('data', (chunk) => {
    shown += chunk;
    if (/\? \[y\/N\]|Go on/.test(String(chunk))) (input as unknown as PassThrough).write(answer);
  });
  return { input, output, shown: () => shown };
}
const what = 'This deletes everything.';
const signal = new AbortController().signal;

test('a yes goes on; the question says what happens', async () => {
  for (const answer of ['y\n', 'yes\n', 'Y\n']) {
    const { shown, ...streams } = terminal(answer);
    await confirm({ what, yes: false, signal, ...streams });
    assert.match(shown(), /This deletes everything\. Go on\? \[y\/N\]/);
  }
});

test('anything else does not', async () => {
  for (const answer of ['\n', 'n\n', 'no\n', 'yep\n']) {
    const { input, output } = terminal(answer);
    await assert.rejects(confirm({ what, yes: false, signal, input, output }), /not confirmed: nothing was touched/);
  }
});

test('Ctrl-C and Ctrl-D on the terminal are a no', async () => {
  for (const key of ['\x03', '\x04']) {
    const { input, output } = terminal(key);
    await assert.rejects(confirm({ what, yes: false, signal, input, output }), /not confirmed: nothing was touched/);
  }
});

test('a signal ends the question', async () => {
  const { input, output } = terminal('');
  const controller = new AbortController();
  const asked = confirm({ what, yes: false, signal: controller.signal, input, output });
  controller.abort(new Error('interrupted'));
  await assert.rejects(asked, /interrupted/);
});

test('without a terminal, or where nobody can answer, --yes is needed and named', async () => {
  const pipe = new PassThrough() as unknown as NodeJS.ReadStream;
  const { output } = terminal('');
  const refusal = {
    message: `${what} There is no terminal to ask on: nothing was touched`,
    hint: 'add --yes to agree',
  };
  await assert.rejects(confirm({ what, yes: false, signal, input: pipe, output }), refusal);
  await assert.rejects(confirm({ what, yes: false, signal, ...terminal('y\n'), canAsk: false }), refusal);
  await confirm({ what, yes: true, signal, input: pipe, output });
});
