import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EX_UNAVAILABLE, EX_USAGE, exitCodeOf, messageOf } from '@slipway/util/errors';
import { printable } from '@slipway/util/printable';
import { execInTerminal } from '@slipway/util/exec-in-terminal';
import { InterruptedError, interruptible } from '@slipway/util/interruption';
import { workspaceRoot as rootOf } from '@slipway/util/workspace-root';
import { readServiceSpecs } from '../../services/read-services.ts';
import { explainFailure } from '../executors/shared/explain-failure.ts';
import { uiExecutor } from '../executors/ui/executor.ts';
import { stackEnvironment } from '../../deploy/context/stack-environment.ts';
import { contextName, nxCommand } from '../../kubernetes/client/target.ts';
import { allSucceeded } from '../../services/run-in-dependency-order.ts';
import { deploy } from '../../deploy/deploy.ts';
import { chooseReporter } from '../../deploy/report/choose-reporter.ts';
import { e2e } from '../../deploy/stages/e2e.ts';
import { readSettings } from '../../util/workspace/settings.ts';

const HELP = `npm run up -- [options]

Create the kind cluster, deploy every service to it, run the e2e tests and print the next steps.

  --install       install missing packages of the distribution and start the engine; needs root
  --name NAME     name of the cluster (default: SLIPWAY_CLUSTER, or else the name in deploy/kind.yaml)
  --nodes N       nodes of a new cluster, the control plane included (default 1)
  --images WHICH  auto, official (pull kindest/node, node, postgres) or packages (build them here); default auto
  --no-e2e        skip the e2e tests
  --ui            then serve a page with the stack's state, requests and logs until Ctrl-C
  --timeout S     longest wait for one workload, seconds (default 180)
  --json          one JSON object per event of the deploy; the last line has success (… --json | grep '^{')
  --help

Exit codes: 0 everything is ready and the tests passed, 1 failed, with the cause, 64 wrong usage, 69 this machine lacks
a requirement, with a hint, 130 interrupted by Ctrl-C, 143 by SIGTERM. Run it again to continue where it stopped.`;

const workspaceRoot = rootOf(import.meta.dirname);

async function up(): Promise<number> {
  const options = parse();
  if (options === undefined) return EX_USAGE;
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const exitCode = await runCluster(['up', ...clusterArguments(options)]);
  if (exitCode !== 0) {
    if (exitCode === EX_UNAVAILABLE)
      console.error(
        'All in one: npm run up -- --install. Without a cluster: npm start runs the same services as processes.',
      );
    return exitCode;
  }
  const settings = readSettings(workspaceRoot, options.name);
  const context = contextName(settings.cluster, undefined);
  const nx = (command: string) => nxCommand(settings, context, command);
  const services = (await readServiceSpecs(workspaceRoot)).map(({ name }) => name);
  const report = chooseReporter({ json: options.json });
  const deployOptions = { context, timeout: Number(options.timeout), force: true };
  const result = await interruptible((signal) => deploy({ settings, report, signal }, services, deployOptions)).finally(
    report.end,
  );
  if (!allSucceeded(result.services)) {
    const again = options.name === undefined ? 'npm run up' : `npm run up -- --name ${options.name}`;
    console.error(`\n✗ not everything is ready; see FAILED above. When that is fixed: ${again}`);
    return 1;
  }
  if (!options['no-e2e'] && !(await e2e(workspaceRoot, context))) {
    console.error(`\n✗ the stack is ready, but its e2e tests are red; see above. Again: ${nx('e2e e2e-k8s')}`);
    return 1;
  }
  if (options.json) return 0;
  if (options.ui) return showPage(context);
  const { GATEWAY_URL: gateway } = await stackEnvironment(workspaceRoot, context);
  const kubectl = `kubectl --context ${context} -n ${settings.stack}`;
  console.log(`
The stack is ready at ${gateway}

  sign up     curl -s ${gateway}/api/v1/users -H 'content-type: application/json' \\
                -d '{"email":"me@example.com","password":"correct horse battery","name":"Me"}'
  get a token curl -s ${gateway}/api/v1/sessions -H 'content-type: application/json' \\
                -d '{"email":"me@example.com","password":"correct horse battery"}'
  admin       ${kubectl} get secret user \\
                -o go-template='{{.data.ADMIN_EMAIL|base64decode}} {{.data.ADMIN_PASSWORD|base64decode}}{{"\\n"}}'
  look        ${kubectl} get pods
  deploy      ${nx('run-many -t deploy-kind')}
              ${nx('run order:deploy-kind')} (one, and those it calls)
  tear down   ${nx('run deploy:teardown')}
              npm run cluster -- down --name ${settings.cluster} (the cluster too)`);
  return 0;
}

/** Serves the page until it is interrupted. */
async function showPage(context: string): Promise<number> {
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

type ClusterOptions = { install: boolean; name?: string; nodes?: string; images?: string };

function clusterArguments({ install, name, nodes, images }: ClusterOptions): string[] {
  return [
    ...(install ? ['--install'] : []),
    ...(name === undefined ? [] : ['--name', name]),
    ...(nodes === undefined ? [] : ['--nodes', nodes]),
    ...(images === undefined ? [] : ['--images', images]),
  ];
}

async function runCluster(args: string[]): Promise<number> {
  const main = join(workspaceRoot, 'tools', 'cluster', 'src', 'main.ts');
  const { exitCode, kill } = execInTerminal([process.execPath, main, ...args]);
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
