import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { CommandError, EX_UNAVAILABLE, exitCodeOf, explainError, UserError } from '@slipway/util/errors';
import { exec, type Argv } from '@slipway/util/exec';
import { workspaceRoot } from '@slipway/util/workspace-root';
import { parse } from 'yaml';
import { findingsOf } from './findings.ts';
import { type Accepted, judge } from './judge.ts';

const OVERLAYS = ['dev', 'prod'];
const ACCEPTED = 'tools/kube-score/accepted.yaml';
const HELP = `npm run score: render every overlay (${OVERLAYS.join(', ')}), check it against Kubernetes' schema, and run
kube-score over the result. Fails on a remark that ${ACCEPTED} does not list with a reason, and on an entry there that no
longer occurs. Needs Go 1.24 or newer (kube-score is built once, then taken from Go's cache), kubectl (npm run cluster -- up
installs it) and deploy/dev/generated (npx nx run deploy:assemble).`;
const root = workspaceRoot(import.meta.dirname);

if (process.argv.includes('--help')) console.log(HELP);
else {
  process.exitCode = await main().catch((error: unknown) => {
    console.error(explainError(error));
    return exitCodeOf(error);
  });
}

async function main(): Promise<number> {
  const findings = [];
  for (const overlay of OVERLAYS) {
    console.log(`rendering deploy/${overlay}`);
    const file = `dist/manifests/${overlay}.yaml`;
    const nx = createRequire(join(root, 'package.json')).resolve('nx/bin/nx.js');
    // What a platform has to fill in is filled in elsewhere.
    const args = ['--overlay', overlay, '--no-checkPlaceholders', '--to', file];
    await exec([process.execPath, nx, 'run', 'deploy:render', ...args], { cwd: root });
    console.log(`scoring deploy/${overlay} (the first run builds kube-score: a minute or two)`);
    findings.push(...findingsOf(overlay, await score(join(root, file))));
  }
  const accepted = parse(readFileSync(join(root, ACCEPTED), 'utf8')) as Accepted[];
  const { unexplained, stale } = judge(findings, accepted);
  for (const { overlay, check, says, kind, objects } of unexplained) {
    console.error(`✗ deploy/${overlay}: ${kind} ${objects.join(', ')}: ${says} (${check})`);
  }
  for (const entry of stale) console.error(`✗ ${ACCEPTED} accepts what no longer occurs: ${entry}`);
  if (unexplained.length > 0) console.error(`→ change the manifests, or add an entry with the reason to ${ACCEPTED}`);
  if (stale.length > 0) console.error(`→ delete it from ${ACCEPTED}`);
  if (unexplained.length + stale.length > 0) return 1;
  console.log(`kube-score: ${findings.length} remarks, every one accepted with a reason in ${ACCEPTED}`);
  return 0;
}

/** The report of kube-score, which exits with 1 when it has remarks. */
async function score(file: string): Promise<string> {
  const optional = ['container-seccomp-profile', 'container-ports-check'];
  const flags = optional.flatMap((check) => ['--enable-optional-test', check]);
  const command: Argv = ['go', 'tool', 'kube-score', 'score', '--output-format', 'json', ...flags, file];
  const report: Buffer[] = [];
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      report.push(chunk);
      done();
    },
  });
  const env = { CGO_ENABLED: '0', GOFLAGS: '-mod=readonly', GOWORK: 'off' };
  try {
    await exec(command, { cwd: join(root, 'tools/kube-score/go'), env, output });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (error.code === 'ENOENT') {
      const hint = 'install Go 1.24 or newer';
      throw new UserError('building kube-score needs Go, and no go is on the PATH', { hint, exitCode: EX_UNAVAILABLE });
    }
    if (report[0]?.toString().startsWith('[') !== true) throw error;
  }
  return Buffer.concat(report).toString();
}
