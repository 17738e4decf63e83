import type { Argv } from '@slipway/util/exec';
import type { ServingProgram } from './program-host.ts';
import { startProcess } from './supervised-process.ts';

/** What a program of any kind is started with. `url`: where it answers for its readiness. */
export type CommandOptions = {
  command: Argv;
  cwd: string;
  env: NodeJS.ProcessEnv;
  url: string;
  onLine: (line: string) => void;
  onAlive: (pid: number, alive: boolean) => void;
};

/** Starts a program that opens its own port, so that no successor can take over while it runs. */
export function startCommandProgram({ url, ...options }: CommandOptions): ServingProgram {
  const running = startProcess(options);
  return {
    ...running,
    managementUrl: Promise.resolve(url),
    serve: () => {},
    endReplaced: running.stop,
  };
}
