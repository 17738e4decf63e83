import { CommandError } from '@slipway/util/errors';
import { run } from '../core/run.ts';
import { which, whichSystem } from '../core/which.ts';

export type EngineState =
  | { state: 'running'; version: string }
  /** The client is refused: the user is not in the group docker. */
  | { state: 'forbidden' }
  /** DOCKER_HOST names an engine elsewhere, which this tool cannot start. */
  | { state: 'unreachable'; host: string }
  | { state: 'stopped' }
  | { state: 'absent' };

export async function findEngine(): Promise<EngineState> {
  if (which('docker')) {
    try {
      const version = await run(['docker', 'version', '--format', '{{.Server.Version}}'], { timeoutMs: 10_000 });
      return { state: 'running', version: version.trim() };
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      if (/permission denied/i.test(error.output)) return { state: 'forbidden' };
      if (process.env.DOCKER_HOST) return { state: 'unreachable', host: process.env.DOCKER_HOST };
    }
  }
  return { state: whichSystem('dockerd') ? 'stopped' : 'absent' };
}
