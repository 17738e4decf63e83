import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The process id of the npm that runs us; undefined if none does. It is our parent, or there is a shell between us. */
export function npmProcess(): number | undefined {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = look(process.ppid);
  return parent !== undefined && /^-?(ba|da|z|k)?sh$/.test(parent.command) ? parent.parent : process.ppid;
}

function look(pid: number): { command: string; parent: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Its name is in parentheses and may hold some itself.
    const end = stat.lastIndexOf(')');
    return { command: stat.slice(stat.indexOf('(') + 1, end), parent: Number(stat.slice(end + 2).split(' ')[1]) };
  } catch {
    return ask(pid);
  }
}

/** macOS has no /proc. */
function ask(pid: number): { command: string; parent: number } | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' });
    const [, parent, path = ''] = /^\s*(\d+)\s+(.*)$/m.exec(line) ?? [];
    return { command: path.split('/').at(-1) ?? '', parent: Number(parent) };
  } catch {
    return undefined;
  }
}
