import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { commandLine } from '@slipway/util/command-line';
import { describeError, EX_UNAVAILABLE, EX_USAGE, exitCodeOf, messageOf, UserError } from '@slipway/util/errors';
import { printable } from '@slipway/util/printable';
import type { Argv } from '@slipway/util/exec';
import { execInTerminal } from '@slipway/util/exec-in-terminal';
import { InterruptedError, interruptible } from '@slipway/util/interruption';
import { workspaceRoot as rootOf } from '@slipway/util/workspace-root';
import { readServiceSpecs } from '../../services/read-services.ts';
import { nextSteps } from './next-steps.ts';
import { explainFailure } from '../executors/shared/explain-failure.ts';
import { uiExecutor } from '../executors/ui/executor.ts';
import { openCluster } from '../../kubernetes/client/open-cluster.ts';
import { stackAddress } from '../../kubernetes/client/stack-address.ts';
import { contextName, nxCommand } from '../../kubernetes/client/target.ts';
import { allSucceeded } from '../../services/run-in-dependency-order.ts';
import { deploy } from '../../deploy/deploy.ts';
import { chooseReporter } from '../../deploy/report/choose-reporter.ts';
import { e2e } from '../../deploy/stages/e2e.ts';
import { clusterCommand, startCommand } from '../../util/commands.ts';
import { readSettings, type Settings } from '../../util/workspace/settings.ts';

const self = commandLine('up', 'slipway up');
/** Of the Playwright project, which a workspace may lack. */
const E2E_CONFIG = 'e2e/playwright.config.ts';

const HELP = `Usage: ${commandLine('up', 'slipway up', '[options]')}

Create the kind cluster, deploy every service to it, run the e2e tests if there are any (${E2E_CONFIG}), and print the
address and the next steps. Run it again to continue where it stopped.

  --install       install missing packages of the distribution and start the engine; needs root
  --name NAME     name of the cluster (default: SLIPWAY_CLUSTER, or else the name in deploy/kind.yaml)
  --nodes N       nodes of a new cluster, the control plane included (default 1)
  --kubernetes V  version of a new cluster, as ${clusterCommand('--help')} lists them (default: the newest)
  --images WHICH  auto, official (pull kindest/node, node, postgres) or packages (build them here); default auto
  --no-e2e        skip the e2e tests
  --ui            then serve a page with the stack's state, requests and logs until Ctrl-C
  --timeout S     longest wait for one workload, seconds (default 180)
  --json          one JSON object per event of the deploy; the last line has success (… --json | grep '^{')
  --help

Exit codes: 0 everything is ready and the tests passed, 1 failed, with the cause, 64 wrong usage, 69 this machine lacks
a requirement, with a hint, 130 interrupted by Ctrl-C, 143 by SIGTERM.`;

async function up(): Promise<number> {
  const options = parse();
  if (options === undefined) return EX_USAGE;
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  if (options.json && options.ui) {
    console.error(`✗ --json ends with the deploy, --ui serves a page after it: give one of them\n\n${HELP}`);
    return EX_USAGE;
  }
  const workspaceRoot = rootOf(process.cwd());
  const services = (await readServiceSpecs(workspaceRoot)).map(({ name }) => name);
  // A cluster without anything to deploy would be a minute spent for nothing.
  if (services.length === 0)
    throw new UserError('there is no service to deploy', {
      hint: 'npx nx g slipway:adopt PROJECT makes one of an app',
    });
  const exitCode = await runCluster(workspaceRoot, ['up', ...clusterArguments(options)]);
  if (exitCode !== 0) {
    if (exitCode === EX_UNAVAILABLE)
      console.error(
        `All in one: ${commandLine('up', 'slipway up', '--install')}. Without a cluster: ${startCommand()} runs the same services as processes.`,
      );
    return exitCode;
  }
  const settings = readSettings(workspaceRoot, options.name);
  const context = contextName(settings.cluster, undefined);
  const nx = (command: string) => nxCommand(settings, context, command);
  const report = chooseReporter({ json: options.json });
  const deployOptions = { context, timeout: Number(options.timeout), force: true };
  const result = await interruptible((signal) => deploy({ settings, report, signal }, services, deployOptions)).finally(
    report.end,
  );
  if (!allSucceeded(result.services)) {
    const again = options.name === undefined ? self : commandLine('up', 'slipway up', '--name', options.name);
    console.error(`\n✗ not everything is ready; see FAILED above. When that is fixed: ${again}`);
    return 1;
  }
  if (!options['no-e2e'] && existsSync(join(workspaceRoot, E2E_CONFIG)) && !(await e2e(workspaceRoot, context))) {
    console.error(`\n✗ the stack is ready, but its e2e tests are red; see above. Again: ${nx('e2e e2e-k8s')}`);
    return 1;
  }
  if (options.json) return 0;
  if (options.ui) return showPage(workspaceRoot, context);
  console.log(nextSteps(settings, context, services, await exposedAt(settings, context)));
  return 0;
}

/** A stack that exposes nothing is ready, too. */
async function exposedAt(settings: Settings, context: string): Promise<{ url?: string; why?: string }> {
  const api = await openCluster(context);
  try {
    return { url: (await stackAddress(api, settings)).url };
  } catch (error) {
    if (error instanceof UserError) return { why: describeError(error) };
    throw error;
  } finally {
    await api.close();
  }
}

/** Serves the page until it is interrupted. */
async function showPage(workspaceRoot: string, context: string): Promise<number> {
  const { success } = await uiExecutor({ kind: true, context }, { root: workspaceRoot });
  return success ? 0 : 1;
}

function parse() {
  try {
    return parseArgs({
      options: {
        install: { type: 'boolean', default: false },
        name: { type: 'string' },
        nodes: { type: 'string' },
        kubernetes: { type: 'string' },
        images: { type: 'string' },
        'no-e2e': { type: 'boolean', default: false },
        ui: { type: 'boolean', default: false },
        timeout: { type: 'string', default: '180' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    console.error(`✗ ${printable(messageOf(error))}\n\n${HELP}`);
    return undefined;
  }
}

type ClusterOptions = { install: boolean; name?: string; nodes?: string; kubernetes?: string; images?: string };

function clusterArguments({ install, name, nodes, kubernetes, images }: ClusterOptions): string[] {
  return [
    ...(install ? ['--install'] : []),
    ...(name === undefined ? [] : ['--name', name]),
    ...(nodes === undefined ? [] : ['--nodes', nodes]),
    ...(kubernetes === undefined ? [] : ['--kubernetes', kubernetes]),
    ...(images === undefined ? [] : ['--images', images]),
  ];
}

/** The cluster tool is a package of its own: a workspace may deploy to other clusters only. */
function clusterProgram(workspaceRoot: string): string {
  const name = '@slipway/cluster';
  try {
    const manifest = createRequire(join(workspaceRoot, 'package.json')).resolve(`${name}/package.json`);
    return join(manifest, '..', 'bin', 'slipway-cluster.cjs');
  } catch (error) {
    throw new UserError(`${name} is not installed`, { hint: `add ${name} to the devDependencies`, cause: error });
  }
}

async function runCluster(workspaceRoot: string, args: string[]): Promise<number> {
  const argv: Argv = [process.execPath, clusterProgram(workspaceRoot), ...args];
  const { exitCode, kill } = execInTerminal(argv, { cwd: workspaceRoot });
  // A terminal sends Ctrl-C to both processes; the cluster tool tidies up and ends, and this one with it.
  const wait = () => undefined;
  process.on('SIGINT', wait).on('SIGTERM', kill).on('SIGHUP', kill);
  return exitCode.finally(() => process.off('SIGINT', wait).off('SIGTERM', kill).off('SIGHUP', kill));
}

const json = process.argv.includes('--json');
try {
  process.exitCode = await up();
  if (json) console.log(JSON.stringify({ success: process.exitCode === 0 }));
} catch (error) {
  explainFailure(error, { json });
  // What an interrupted deploy still waits for must not keep us.
  if (error instanceof InterruptedError) process.exit(error.exitCode);
  process.exitCode = exitCodeOf(error);
}
