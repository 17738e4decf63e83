import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { test } from 'node:test';

const workspaceRoot = join(import.meta.dirname, '../../../..');

const ERASED_LINE = /[^\r\n]*\u001b\[1G\u001b\[0?K/g;
/** Nx reads the whole workspace first. */
const limit = { timeout: 280_000 };
/** util-linux's script gives a command a terminal of its own; that of macOS takes other arguments. */
const skip = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0 ? false : 'needs script';

/** What a command leaves on a terminal of so many columns, and the command's exit code. */
function onTerminal(columns: number, command: string): { left: string; status: number | null } {
  // An Nx that runs this test, and a CI, are none of the command's business.
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(NX_|CI$|NODE_TEST)/.test(key)));
  const { stdout, status } = spawnSync(
    'script',
    ['--quiet', '--return', '--command', `stty cols ${columns}; ${command}`, '/dev/null'],
    { cwd: workspaceRoot, encoding: 'utf8', env: { ...env, NX_DAEMON: 'false', TERM: 'xterm' }, timeout: 240_000 },
  );
  // Nx shows a spinner while it ends, and takes it away at once: what stays is what counts.
  const left = stdout.replaceAll(ERASED_LINE, '');
  return { left: stripVTControlCharacters(left), status };
}

for (const columns of [80, 160]) {
  test(
    `on a terminal of ${columns} columns a failed deploy shows why, and Nx draws no rows over it`,
    { ...limit, skip },
    () => {
      const { left, status } = onTerminal(columns, 'npx nx run-many -t deploy-kind --context kind-not-there');
      assert.notEqual(status, 0, left);
      assert.match(left, /✗ kubeconfig has no context "kind-not-there"/);
      assert.match(left, /→ npm run cluster -- up --name not-there/);
      assert.doesNotMatch(left, /Executing \d+\/\d+ remaining tasks/, 'rows of Nx');
      const end = left.slice(left.indexOf('kubeconfig has no context'));
      assert.doesNotMatch(end, /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/, 'something spins after the report');
    },
  );
}
