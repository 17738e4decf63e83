import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { exec } from '@slipway/util/exec';
import { type ForeignWorkspace, makeForeignWorkspace } from '@slipway/pack/foreign-workspace';
import { workspaceRoot } from '@slipway/checks/workspace-root';
import { onEnd } from '../support/on-end.ts';
import { ANSWER, anywhere } from './foreign/anywhere.ts';

/** Safety limits, ms. */
const DEPLOY_LIMIT_MS = 600_000;
const SYNC_LIMIT_MS = 180_000;
const NAMESPACE = 'acme-anywhere';
const cluster = process.env.SLIPWAY_CLUSTER ?? 'slipway';
const kubectl = ['kubectl', '--context', `kind-${cluster}`] as const;

let workspace: ForeignWorkspace;
let watching: ChildProcess | undefined;
onEnd(() => watching?.kill('SIGTERM'));

before(async () => {
  workspace = await makeForeignWorkspace({
    'package.json': JSON.stringify({
      name: 'acme',
      private: true,
      workspaces: ['services/*', 'libs/*'],
      // With it init has nothing to install: npm would drop what lies there.
      devDependencies: { '@slipway/cluster': '0.1.0' },
    }),
    'nx.json': `// As people write it.
{ "analytics": false, "neverConnectToCloud": true,
  "plugins": [{ "plugin": "slipway", "options": { "namespace": "${NAMESPACE}", }, }], }`,
    '.gitignore': 'node_modules\ndist\n',
    ...anywhere,
  });
  copyFileSync(join(workspaceRoot, 'package-lock.json'), join(workspace.root, 'package-lock.json'));
  mkdirSync(join(workspace.root, 'node_modules/@acme'), { recursive: true });
  symlinkSync('../../libs/words', join(workspace.root, 'node_modules/@acme/words'));
});
after(async () => {
  const closed = watching === undefined ? undefined : once(watching, 'close');
  watching?.kill('SIGTERM');
  await closed;
  await exec([...kubectl, 'delete', 'namespace', NAMESPACE, '--ignore-not-found']);
  // Nx's daemon may still write there.
  rmSync(workspace.root, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
});

test('addons, workers, files, transports, JSON, libraries and folders run in a pod', async () => {
  await nx(['g', 'slipway:init']);
  await nx(['run', 'anywhere:deploy-kind']);
  assert.deepEqual(await ask(), ANSWER);
  const log = await exec([...kubectl, '-n', NAMESPACE, 'logs', 'deploy/anywhere', '-c', 'app']);
  assert.match(log, /logged by a transport/);
});

test('in watch mode the same pod answers the same, and an edit of each kind of file counts', async () => {
  const [file, ...args] = workspace.nxCommand('run', 'deploy:dev-kind');
  let output = '';
  watching = spawn(file, args, { cwd: workspace.root, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [watching.stdout!, watching.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const until = async (what: string, isSo: () => boolean | Promise<boolean>) => {
    for (const end = Date.now() + SYNC_LIMIT_MS; Date.now() < end; await sleep(300)) if (await isSo()) return;
    assert.fail(`${what}: not within ${SYNC_LIMIT_MS / 1000} s:\n${output}`);
  };
  const answers = (expected: object) => async () => {
    const answer = await ask().catch((error: unknown) => error);
    return JSON.stringify(answer) === JSON.stringify(expected);
  };
  await until('it watches', () => /a saved file is live/.test(output));
  await until('it answers as before', answers(ANSWER));
  const watched = await podNames();
  assert.match(watched.join(), /^pod\/anywhere-[\w-]+$/);
  const write = (path: string, text: string) => writeFileSync(join(workspace.root, path), text);
  write('services/anywhere/src/page (1) #2.html', '<p>edited</p>\n');
  await until('the page is live', answers({ ...ANSWER, page: '<p>edited</p>' }));
  write('services/anywhere/src/plugins/c.ts', "export const name: string = 'new c';\n");
  write('libs/words/src/word.txt', 'good day\n');
  const edited = {
    ...ANSWER,
    said: 'good day worker',
    plugins: [...ANSWER.plugins, 'new c'],
    page: '<p>edited</p>',
    greeting: 'good day main',
  };
  await until('a new plugin and a word of the library are live', answers(edited));
  assert.deepEqual(await podNames(), watched, 'an edit makes no pod anew');
});

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, ...workspace.env, SLIPWAY_CLUSTER: cluster, KUBECONFIG: process.env.KUBECONFIG };
}

async function nx(args: string[]): Promise<void> {
  await exec(workspace.nxCommand(...args), { cwd: workspace.root, env: environment(), timeoutMs: DEPLOY_LIMIT_MS });
}

/** What the service answers, through the API server. */
async function ask(): Promise<unknown> {
  const url = `/api/v1/namespaces/${NAMESPACE}/services/anywhere:80/proxy/`;
  return JSON.parse(await exec([...kubectl, 'get', '--raw', url])) as unknown;
}

/** Of the pods that the watch mode sends to. */
async function podNames(): Promise<string[]> {
  const names = await exec([...kubectl, '-n', NAMESPACE, 'get', 'pods', '-l', 'slipway.dev/synced', '-o', 'name']);
  return names.trim().split('\n').sort();
}
