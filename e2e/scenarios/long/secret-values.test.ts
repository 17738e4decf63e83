import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, test } from 'node:test';
import { LeakSearch } from '@slipway/testing/secrets';
import { workspaceRoot } from '@slipway/checks/workspace-root';
import { podIdentities } from '../support/pod-identities.ts';
import { quietKubectl } from '../support/quiet-kubectl.ts';
import { shop } from '../support/shop.ts';
import { deploy, expectSuccess, kubectl, NAMESPACE, nx } from '../support/stack.ts';

type Data = Record<string, string>;
type Secret = { metadata: { annotations?: Record<string, string> }; data: Data };

const OVERLAY = join(workspaceRoot, 'deploy/dev');
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
}) as string;
/** At most as long as a password may be. */
const password = `two lines\r\n"${randomBytes(12).toString('hex')}" 'x' \`y\` $HOME # = \\n \\\t `;
/** No process is to get these: any bytes will do. */
const UNDECLARED = {
  'tls.crt': Buffer.from(pem),
  'keystore.p12': Buffer.concat([Buffer.from([0, 0xff, 0xfe]), randomBytes(64)]),
};

let original: Data;

const secretOfUser = async () =>
  JSON.parse(await quietKubectl(['-n', NAMESPACE, 'get', 'secret', 'user', '-o', 'json'])) as Secret;
/** By a file of its owner's alone: what stands in arguments can be read by everybody on this machine. */
async function patchSecret(data: Record<string, string | null>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-patch-'));
  try {
    const file = join(folder, 'patch.json');
    writeFileSync(file, JSON.stringify({ data }), { mode: 0o600 });
    await quietKubectl(['-n', NAMESPACE, 'patch', 'secret', 'user', '--type=merge', '--patch-file', file]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
const base64 = (value: string | Buffer) => Buffer.from(value).toString('base64');

before(async () => {
  await deploy();
  original = (await secretOfUser()).data;
});

after(async () => {
  const removed = Object.fromEntries(Object.keys(UNDECLARED).map((key) => [key, null]));
  await patchSecret({ ...removed, ADMIN_PASSWORD: original.ADMIN_PASSWORD! });
  await deploy();
});

/** Runs a target and looks for the values in what it prints. */
async function quietNx(...args: string[]): ReturnType<typeof nx> {
  const result = await nx(...args);
  const search = new LeakSearch([
    { name: 'the password', value: password },
    { name: 'the PEM', value: pem },
    { name: 'the bytes', value: UNDECLARED['keystore.p12'].toString('latin1') },
  ]);
  search.text(args.join(' '), result.output);
  assert.deepEqual([...search.found], []);
  return result;
}

test('values that were set by hand survive deploys, kubectl and a rotation, and reach the process as they are', async () => {
  const undeclared = Object.fromEntries(Object.entries(UNDECLARED).map(([key, value]) => [key, base64(value)]));
  await patchSecret({ ...undeclared, ADMIN_PASSWORD: base64(password) });
  const expected: Data = { ...original, ...undeclared, ADMIN_PASSWORD: base64(password) };
  const expectKept = async (when: string) => {
    const { data } = await secretOfUser();
    for (const [key, value] of Object.entries(expected)) assert.ok(data[key] === value, `${key} is another ${when}`);
  };

  expectSuccess(await quietNx('run-many', '-t', 'deploy-kind', '--verbose'));
  await expectKept('after a deploy');
  const script = `console.log(require('node:crypto').createHash('sha256').update(process.env.ADMIN_PASSWORD).digest('hex'), Object.keys(process.env).filter((key) => /tls|keystore/.test(key)).length)`;
  const inPod = await quietKubectl(['-n', NAMESPACE, 'exec', 'deploy/user', '-c', 'app', '--', 'node', '-e', script]);
  assert.equal(inPod.trim(), `${createHash('sha256').update(password).digest('hex')} 0`);
  await shop.adminToken();

  expectSuccess(await quietNx('run', 'deploy:assemble'));
  await kubectl(['apply', '-k', OVERLAY]);
  await expectKept('after kubectl apply');
  assert.ok((await secretOfUser()).metadata.annotations?.[LAST_APPLIED], 'kubectl keeps a copy');
  expectSuccess(await quietNx('run-many', '-t', 'deploy-kind'));
  await expectKept('after the next deploy');
  assert.equal((await secretOfUser()).metadata.annotations?.[LAST_APPLIED], undefined, 'the copy is gone');

  expectSuccess(await quietNx('run', 'deploy:rotate-secrets', '--only', 'signing-keys'));
  expected.SIGNING_KEYS = (await secretOfUser()).data.SIGNING_KEYS!;
  await expectKept('after a rotation');
  const pods = await podIdentities();
  expectSuccess(await quietNx('run-many', '-t', 'deploy-kind'));
  assert.deepEqual(await podIdentities(), pods, 'a deploy finds nothing to change');
});

test('a value that no process could get is refused by its key, and the hint helps', async () => {
  const pods = await podIdentities();
  await patchSecret({ ADMIN_PASSWORD: base64(`${password}\0`) });
  const refused = await quietNx('run-many', '-t', 'deploy-kind');
  assert.notEqual(refused.exitCode, 0, refused.output);
  assert.match(refused.output, /Secret shop\/user ADMIN_PASSWORD: holds a NUL byte/);
  assert.deepEqual(await podIdentities(), pods, 'no pod was touched');

  const hint = /kubectl --context .*'\[.*\]'/.exec(refused.output)?.[0];
  assert.ok(hint, refused.output);
  const path = [join(workspaceRoot, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  execFileSync('sh', ['-c', hint], { env: { ...process.env, PATH: path } });
  expectSuccess(await quietNx('run-many', '-t', 'deploy-kind'));
  await shop.adminToken();
});
