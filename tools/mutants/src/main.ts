import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { EX_USAGE, exitCodeOf, explainError, messageOf, UserError } from '@slipway/util/errors';
import { interruptible } from '@slipway/util/interruption';
import { workspaceRoot } from '@slipway/util/workspace-root';
import { copyWorkspace } from '@slipway/util/copy-workspace';
import { judgeMutant, type Judgement } from './judge-mutant.ts';
import type { GuardTest, Mutant } from './mutant.ts';
import { mutants } from './mutants.ts';
import { deploy, runTest, type TestRun } from './run-test.ts';
import { DOCUMENT, mutantTable, writeTable } from './write-table.ts';

const HELP = `npm run chaos:mutants -- [options]

Remove one guard at a time in a temporary copy of the working tree, and run the guard's test, which must fail. The test
must first pass with the guard. Prints a table at the end. Exit code 1 unless every mutant was killed.

  --only NAME[,NAME]   run only these mutants
  --cluster            also run mutants whose test needs the kind cluster, and deploy them to it (npm run up)
  --list               print the mutants and the guards that they remove
  --write              write the table to ${DOCUMENT}
  -h, --help           print this text`;

try {
  process.exitCode = await interruptible((signal) => main(signal), { graceMs: 15_000 });
} catch (error) {
  console.error(explainError(error));
  process.exitCode = exitCodeOf(error);
}

async function main(signal: AbortSignal): Promise<number> {
  const { help, list, only, cluster, write } = options();
  if (help) return print(HELP);
  if (list) return print(mutants.map(({ name, guard }) => `${name.padEnd(32)} ${guard}`).join('\n'));
  const chosen = choose(only, cluster);
  const root = workspaceRoot(process.cwd());
  console.log('copying the working tree');
  const copy = await copyWorkspace(root, signal);
  const judgements: Judgement[] = [];
  let isOnCluster = false;
  try {
    const sound = new Map<string, TestRun>();
    for (const [at, mutant] of chosen.entries()) {
      isOnCluster ||= 'chaos' in mutant.test;
      const key = JSON.stringify(mutant.test);
      const run = sound.get(key) ?? (await runTest(mutant.test, copy, signal));
      sound.set(key, run);
      const judgement = await judgeMutant(mutant, run, copy, signal);
      judgements.push(judgement);
      console.log(`${at + 1}/${chosen.length} ${mutant.name}: ${judgement.verdict} ${judgement.seconds.toFixed(0)} s`);
    }
    if (isOnCluster) await deploy(copy, signal);
    isOnCluster = false;
  } finally {
    if (isOnCluster) console.error('✗ the cluster may run a mutant\n→ npx nx run-many -t deploy-kind');
    rmSync(copy, { recursive: true, force: true });
  }
  for (const { mutant, verdict, output } of judgements) {
    if (verdict === 'killed') continue;
    console.error(`✗ ${mutant.name}: ${explanation(mutant, verdict)}`);
    if (verdict === 'unproven') console.error(output);
  }
  const survivors = judgements.filter(({ verdict }) => verdict !== 'killed');
  console.log(
    `\n${mutantTable(judgements)}\n\n${judgements.length - survivors.length} killed, ${survivors.length} not`,
  );
  if (write && survivors.length === 0) await writeTable(root, judgements);
  return survivors.length === 0 ? 0 : 1;
}

function options() {
  try {
    return parseArgs({
      options: {
        only: { type: 'string' },
        cluster: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    const [message = ''] = messageOf(error).split('. ');
    throw new UserError(message, { hint: 'npm run chaos:mutants -- --help', exitCode: EX_USAGE });
  }
}

function choose(only: string | undefined, cluster: boolean): readonly Mutant[] {
  if (only === undefined) return mutants.filter(({ test }) => cluster || !('chaos' in test));
  const names = only.split(',');
  const unknown = names.find((name) => !mutants.some((mutant) => mutant.name === name));
  if (unknown !== undefined)
    throw new UserError(`there is no mutant ${unknown}`, {
      hint: 'npm run chaos:mutants -- --list',
      exitCode: EX_USAGE,
    });
  return mutants.filter(({ name }) => names.includes(name));
}

function explanation({ file, test }: Mutant, verdict: Exclude<Judgement['verdict'], 'killed'>): string {
  const named = describeTest(test);
  return {
    survived: `${named} is green without the guard`,
    broken: `${file} does not parse with what takes the guard's place`,
    misplaced: `what is to be taken out stands not exactly once in ${file}`,
    unproven: `${named} is red with the guard in its place`,
  }[verdict];
}

function describeTest(test: GuardTest): string {
  if ('chaos' in test) return `e2e-k8s:chaos (${test.chaos})`;
  return test.name === undefined ? test.file : `${test.file} (${test.name})`;
}

function print(text: string): number {
  console.log(text);
  return 0;
}
