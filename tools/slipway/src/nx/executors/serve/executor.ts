import { fork } from 'node:child_process';
import { constants } from 'node:os';
import type { ExecutorContext } from '@nx/devkit';
import { endContinuous } from '../shared/end-continuous.ts';
import { scriptFile } from '../../../util/files/script-file.ts';

const parentCheckMs = 500;

/**
 * Runs one service the way `npm start` runs all of them. In a separate process: Nx ends its task processes without
 * asking, the runner notices and stops what it started.
 */
export async function* serve(
  { watch }: { watch: boolean },
  context: ExecutorContext,
): AsyncGenerator<{ success: boolean; baseUrl?: string }> {
  const { root, projectName = '' } = context;
  const folder = context.projectsConfigurations.projects[projectName]?.root ?? '';
  // A service is known by its folder: the project may have another name.
  const name = folder.split('/').at(-1) ?? projectName;
  const args = ['--only', name, ...(watch ? [] : ['--no-watch'])];
  const runner = fork(scriptFile(import.meta.dirname, '..', '..', 'commands', 'start'), args, {
    cwd: root,
    env: { ...process.env, SLIPWAY_STARTED_AS: `nx serve ${projectName}` },
  });
  const exited = new Promise<number>((resolve) => runner.once('exit', (code) => resolve(code ?? 1)));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      runner.kill(signal);
      void exited.then(() => process.exit(128 + constants.signals[signal]));
    });
  }
  // A killed Nx leaves this process behind, and tells it nothing.
  const nx = process.ppid;
  setInterval(() => process.ppid !== nx && runner.kill('SIGTERM'), parentCheckMs).unref();
  const ready = new Promise<string | undefined>((resolve) => {
    runner.on('message', (message: { urls?: Record<string, string> }) => resolve(message.urls?.[name]));
  });
  const baseUrl = await Promise.race([ready, exited.then(() => undefined)]);
  if (baseUrl !== undefined) yield { success: true, baseUrl };
  yield endContinuous({ success: (await exited) === 0 });
}
