import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { findingsOf } from './findings.ts';
import { type Accepted, judge } from './judge.ts';

const OVERLAYS = ['dev', 'prod'];
const ACCEPTED = 'tools/kube-score/accepted.yaml';
const HELP = `npm run score: renders every overlay (${OVERLAYS.join(', ')}), which checks it against Kubernetes' schema, and
runs kube-score over the renders. Fails on a remark that ${ACCEPTED} does not list with a reason, and on an entry
there that no longer occurs. Needs Go 1.24 or newer (kube-score is built once, then comes from Go's cache), kubectl
(npm run cluster -- up brings it) and deploy/dev/generated (npx nx run deploy:assemble).`;
const workspaceRoot = join(import.meta.dirname, '../../..');
const go = join(workspaceRoot, 'tools/kube-score/go');

if (process.argv.includes('--help')) console.log(HELP);
else process.exitCode = await main();

async function main(): Promise<number> {
  const findings = [];
  for (const overlay of OVERLAYS) {
    console.log(`rendering deploy/${overlay}`);
    const file = `dist/manifests/${overlay}.yaml`;
    const nx = createRequire(join(workspaceRoot, 'package.json')).resolve('nx/bin/nx.js');
    await run(process.execPath, [nx, 'run', 'deploy:render', '--overlay', overlay, '--to', file], workspaceRoot);
    console.log(`scoring deploy/${overlay} (the first time kube-score is built: a minute or two)`);
    findings.push(...findingsOf(overlay, await score(join(workspaceRoot, file))));
  }
  const accepted = parse(readFileSync(join(workspaceRoot, ACCEPTED), 'utf8')) as Accepted[];
  const { unexplained, stale } = judge(findings, accepted);
  for (const { overlay, check, says, kind, objects } of unexplained) {
    console.error(`✗ deploy/${overlay}: ${kind} ${objects.join(', ')}: ${says} (${check})`);
  }
  for (const entry of stale) console.error(`✗ ${ACCEPTED} accepts what no longer occurs: ${entry}`);
  if (unexplained.length > 0) console.error(`→ mend the manifests, or list it with its reason in ${ACCEPTED}`);
  if (stale.length > 0) console.error(`→ delete it from ${ACCEPTED}`);
  if (unexplained.length + stale.length > 0) return 1;
  console.log(`kube-score: ${findings.length} remarks, every one accepted with a reason in ${ACCEPTED}`);
  return 0;
}

/** kube-score ends with 1 when it has something to say: its report is the answer then too. */
async function score(file: string): Promise<string> {
  const optional = ['container-seccomp-profile', 'container-ports-check'];
  const flags = optional.flatMap((check) => ['--enable-optional-test', check]);
  const command = ['tool', 'kube-score', 'score', '--output-format', 'json', ...flags, file];
  return run('go', command, go).catch((error: Error & { stdout?: string }) => {
    if (error.stdout?.startsWith('[')) return error.stdout;
    throw error;
  });
}

async function run(program: string, args: string[], cwd: string): Promise<string> {
  try {
    const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly', GOWORK: 'off' };
    return (await promisify(execFile)(program, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 })).stdout;
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (code === 'ENOENT' && program === 'go') {
      console.error('✗ kube-score is built with Go, and none is on the PATH.\n→ install Go 1.24 or newer');
      process.exit(69);
    }
    if (stdout?.startsWith('[') !== true) console.error(`${stdout ?? ''}${stderr ?? ''}`);
    throw error;
  }
}
