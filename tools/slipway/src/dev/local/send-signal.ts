import { codeOf } from '@slipway/util/errors';

/** To a process, or by the negative id of its leader to a group. False when nobody is left to get it; 0 only asks that. */
export function sendSignal(id: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(id, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
    return false;
  }
}
