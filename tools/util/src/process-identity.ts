import { readFileSync } from 'node:fs';
import { codeOf } from './errors.ts';

/** `PID@START`, or `PID` where the system tells no start: a later process with the same id has another identity. */
export function processIdentity(pid: number): string {
  const start = startOf(pid);
  return start === undefined ? String(pid) : `${pid}@${start}`;
}

export function isAlive(identity: string): boolean {
  const [id, start] = identity.split('@');
  const pid = Number(id);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  return start === undefined || startOf(pid) === start;
}

/** Start time in ticks since boot, where the system tells it (Linux); undefined as well for a zombie: it is gone. */
function startOf(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The command's name, in parentheses, may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
}
