import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { LocalService } from './local-service.ts';

export type RunningCommand = {
  pid: number | undefined;
  /** Its exit code, as a shell would tell it. */
  exitCode: Promise<number>;
  kill(signal: NodeJS.Signals): void;
};

/** Runs a command of the user's against the services, in this terminal. */
export function runCommand(
  command: string[],
  services: LocalService[],
  onError: (message: string) => void,
): RunningCommand {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...commandEnvironment(services) } });
  const exitCode = new Promise<number>((done) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      onError(error.code === 'ENOENT' ? `${program} is not found` : `${program} does not start: ${error.message}`);
      done(127);
    });
    child.once('exit', (code, signal) => done(code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 0)));
  });
  return { pid: child.pid, exitCode, kill: (signal) => void child.kill(signal) };
}

/** `ORDER_URL`, `ORDER_MANAGEMENT_URL` for each service, and the credentials that a person signs in with. */
export function commandEnvironment(services: LocalService[]): Record<string, string> {
  return Object.fromEntries(
    services.flatMap(({ name, url, managementUrl, credentials, environment }) => {
      const prefix = name.toUpperCase().replaceAll('-', '_');
      return [
        [`${prefix}_URL`, url],
        [`${prefix}_MANAGEMENT_URL`, managementUrl],
        ...credentials.map((key) => [key, environment[key] ?? '']),
      ];
    }),
  );
}
