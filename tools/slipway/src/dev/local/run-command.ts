import { CommandError } from '@slipway/util/errors';
import { execInTerminal, type TerminalProcess } from '@slipway/util/exec-in-terminal';
import { environmentPrefix } from '../../services/environment-prefix.ts';
import type { LocalService } from './local-service.ts';

/** Runs a command of the user's against the services, in this terminal. Its exit code is 127 where it cannot be run. */
export function runCommand(
  command: string[],
  services: LocalService[],
  onError: (message: string) => void,
): TerminalProcess {
  const [program = '', ...args] = command;
  const running = execInTerminal([program, ...args], { env: commandEnvironment(services) });
  const exitCode = running.exitCode.catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    onError(error.message);
    return 127;
  });
  return { ...running, exitCode };
}

/** `ORDER_URL`, `ORDER_MANAGEMENT_URL` for each service, and the credentials that a person signs in with. */
export function commandEnvironment(services: LocalService[]): Record<string, string> {
  return Object.fromEntries(
    services.flatMap(({ name, url, managementUrl, credentials, environment }) => {
      const prefix = environmentPrefix(name);
      return [
        [`${prefix}_URL`, url],
        [`${prefix}_MANAGEMENT_URL`, managementUrl],
        ...credentials.map((key) => [key, environment[key] ?? '']),
      ];
    }),
  );
}
