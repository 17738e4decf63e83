import { delimiter, join } from 'node:path';
import { execInTerminal } from '@slipway/util/exec-in-terminal';
import { environmentPrefix } from '../../../services/environment-prefix.ts';
import { readServiceSpecs } from '../../../services/read-services.ts';

import { stackEnvironment } from '../../../deploy/context/stack-environment.ts';
import { explainFailure } from '../shared/explain-failure.ts';

/** Nx may ask this process alone to end. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type Options = { command: [string, ...string[]]; context?: string; __unparsed__: string[] };

/** Runs a command in the project's folder, with the deployed stack's address and credentials in its environment. */
export async function run(
  { command, context, __unparsed__: rest }: Options,
  { root, projectName = '', projectsConfigurations }: RunContext,
): Promise<{ success: boolean }> {
  try {
    const folder = projectsConfigurations.projects[projectName]?.root ?? '';
    const env = {
      ...(await whereToRun(root, context)),
      PATH: [join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter),
    };
    const running = execInTerminal([...command, ...withoutContext(rest)], {
      cwd: join(root, folder),
      env,
      input: 'ignore',
    });
    const passOn = (signal: NodeJS.Signals) => running.kill(signal);
    for (const signal of SIGNALS) process.on(signal, passOn);
    return { success: (await running.exitCode) === 0 };
  } catch (error) {
    return explainFailure(error, {});
  }
}

/** Nx passes all arguments, including its own options; the rest are the command's. */
function withoutContext(rest: string[]): string[] {
  return rest.filter(
    (argument, index) =>
      argument !== '--context' && !argument.startsWith('--context=') && rest[index - 1] !== '--context',
  );
}

type RunContext = {
  root: string;
  projectName?: string;
  projectsConfigurations: { projects: Record<string, { root: string }> };
};

/** The caller's own GATEWAY_URL means a stack that no cluster has to be asked about, unless KUBE_CONTEXT names its cluster. */
async function whereToRun(root: string, option: string | undefined): Promise<Record<string, string>> {
  const context = option ?? process.env.KUBE_CONTEXT;
  const given = await givenAddress(root);
  if (given === undefined) return stackEnvironment(root, context);
  return context === undefined ? {} : { ...(await stackEnvironment(root, context)), ...given };
}

async function givenAddress(root: string): Promise<Record<string, string> | undefined> {
  const serviceSpecs = await readServiceSpecs(root);
  const entries = serviceSpecs.filter(({ name }) => !serviceSpecs.some(({ calls }) => calls.includes(name)));
  const given = entries.flatMap(({ name }) => {
    const key = `${environmentPrefix(name)}_URL`;
    const value = process.env[key];
    return value ? [[key, value] as const] : [];
  });
  return given.length === 0 ? undefined : Object.fromEntries(given);
}
