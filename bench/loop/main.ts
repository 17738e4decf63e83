import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { edit } from './edit.ts';
import { findProgram, isProgram } from './find-program.ts';
import { place } from './place.ts';
import { record } from './record.ts';
import { removeImages } from './remove-images.ts';
import { run, stopping } from './run.ts';
import { rows, type Sample, table } from './sample.ts';
import { cold } from './ways/cold.ts';
import { deploys } from './ways/deploys.ts';
import { images } from './ways/images.ts';
import { scale } from './ways/scale.ts';
import { watch } from './ways/watch.ts';
import { withSkaffold } from './ways/with-skaffold.ts';

const PARTS = ['edit', 'no-op', 'watch', 'scale', 'cold'] as const;

const help = `From one edited line to the new version in the cluster, slipway beside others, on the running kind cluster.

  npm run bench:loop                              3 rounds of every part but cold
  npm run bench:loop -- --rounds 1 --only watch   parts, separated by commas: ${PARTS.join(', ')}
  npm run bench:loop -- --only cold               the whole stack, torn down before each round: its data is lost
  npm run bench:loop -- --only cold --beside DIR  by turns with the slipway of another checkout, e.g. of an earlier commit
  npm run bench:loop -- --skaffold FILE           also with this Skaffold; the one on the PATH is found
  npm run bench:loop -- --out FILE                instead of bench/results/loop.json

  edit   by turns: slipway; the platform itself (the new layer alone into the nodes, apply, Ready); kind load + apply; Skaffold
  no-op  nx run-many -t deploy-kind with nothing changed
  watch  watch mode: from the save to the new answer at the gateway
  scale  no-op of 4 and of 20 generated services, in a namespace of their own that is deleted again

SLIPWAY_CLUSTER chooses another cluster; the file keeps the last run of each, so that one of three nodes
stands beside one of one. The edited file is put back and the stack deployed at the end.`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: 'edit,no-op,watch,scale' },
    skaffold: { type: 'string' },
    beside: { type: 'string' },
    out: { type: 'string', default: join(import.meta.dirname, '../results/loop.json') },
  },
});
const parts = values.only.split(',');
const rounds = Number(values.rounds);

function usageFault(): string | undefined {
  const unknown = parts.filter((part) => !PARTS.some((known) => known === part));
  if (unknown.length > 0) return `--only: ${unknown.join(', ')} is none of ${PARTS.join(', ')}`;
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 20)
    return `--rounds: ${values.rounds} is no number from 1 to 20`;
  if (values.skaffold !== undefined && !isProgram(values.skaffold))
    return `--skaffold: ${values.skaffold} is no program; bench/README.md says how to build it`;
  if (values.beside !== undefined && !existsSync(join(values.beside, 'node_modules/nx')))
    return `--beside: ${values.beside} is no checkout with its packages: git worktree add DIR COMMIT, then npm ci in it`;
  const edited = execFileSync('git', ['status', '--porcelain', 'apps', 'libs'], {
    cwd: place.workspaceRoot,
    encoding: 'utf8',
  });
  if (edited !== '')
    return `the working tree has changes that would be deployed and measured:\n${edited}commit or stash them`;
  return undefined;
}

async function measure(): Promise<Sample[]> {
  const samples: Sample[] = [];
  const take = async (what: string, work: () => Promise<Sample[]>) => {
    stopping.signal.throwIfAborted();
    const taken = await work();
    samples.push(...taken);
    console.log(`${what}: ${taken.map(({ ms }) => `${(ms / 1000).toFixed(2)} s`).join(', ')}`);
  };
  const deployAll = [...place.nx, 'run-many', '-t', 'deploy-kind'];
  console.log(`the stack on ${place.context}, as it is in the files`);
  await run(deployAll);
  const program = values.skaffold === undefined ? findProgram('skaffold') : resolve(values.skaffold);
  const skaffold = parts.includes('edit') && program !== undefined ? await withSkaffold(program) : undefined;
  try {
    for (let round = 1; round <= rounds; round++) {
      if (parts.includes('edit')) {
        await take(`round ${round}, slipway`, () => deploys('edit'));
        await take(`round ${round}, platform`, () => images('platform'));
        await take(`round ${round}, kind load`, () => images('kind load'));
        if (skaffold !== undefined) await take(`round ${round}, Skaffold`, skaffold.oneEdit);
      }
      if (parts.includes('no-op')) {
        edit.restore();
        await run(deployAll);
        await take(`round ${round}, no-op`, () => deploys('no-op'));
      }
    }
  } finally {
    await skaffold?.remove();
  }
  // Not before Skaffold's copy is gone: it uses a database of the stack.
  const checkouts = [place.workspaceRoot, ...(values.beside === undefined ? [] : [resolve(values.beside)])];
  for (let round = 1; round <= rounds && parts.includes('cold'); round++) {
    edit.restore();
    for (const checkout of checkouts) {
      const name = checkout === place.workspaceRoot ? 'slipway' : 'slipway of the other checkout';
      await take(`round ${round}, cold, ${name}`, () => cold(checkout, name));
    }
  }
  if (parts.includes('watch')) await take('watch mode', () => watch(rounds));
  if (parts.includes('scale')) await take('generated services', () => scale(rounds));
  return samples;
}

async function bench(): Promise<void> {
  // As on a developer's machine; Nx leaves it off where it takes the machine for a container or for CI.
  process.env.NX_DAEMON = 'true';
  const restore = () => edit.restore();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => stopping.abort(new Error(`ended by ${signal}`)));
  process.on('exit', restore);
  let samples: Sample[] = [];
  try {
    samples = await measure();
  } finally {
    restore();
    console.log('putting the stack back');
    await run([...place.nx, 'run-many', '-t', 'deploy-kind']);
    await removeImages();
    await run([...place.nx, 'daemon', '--stop']);
  }
  const all = rows(samples, 'the platform itself, image built');
  const machine = {
    cores: cpus().length,
    model: cpus()[0]?.model,
    load: loadavg().map((load) => Number(load.toFixed(1))),
  };
  const nodes = place.nodes().length;
  await record(values.out, {
    cluster: place.cluster,
    nodes,
    date: new Date().toISOString(),
    machine,
    rounds,
    rows: all,
  });
  console.log(`\n${place.context}, nodes: ${nodes}\n${table(all)}\n\n${values.out}`);
}

if (values.help) console.log(help);
else {
  const fault = usageFault();
  if (fault === undefined) {
    await bench().catch((error: Error) => {
      console.error(`✗ ${error.message}`);
      process.exitCode = 1;
    });
  } else {
    console.error(`✗ ${fault}`);
    process.exitCode = 2;
  }
}
