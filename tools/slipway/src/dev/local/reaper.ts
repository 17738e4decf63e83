import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

export type Reaper = {
  pid: number;
  /** From now on the reaper stops exactly these should we die: processes, and by a negative id groups. */
  keep(pids: number[]): void;
};

/** How long a service may take to stop after the run has ended. */
const graceSeconds = 5;

/**
 * Reads our pipe, one list of process ids per line. The pipe closes when we die, however we die; what the last list
 * names is then stopped. A shell and not Node: it costs a megabyte, starts at once and survives `killall node`.
 */
const script = `
trap '' INT TERM HUP
pids=
while read -r line; do pids=$line; done
[ -n "$pids" ] || exit 0
kill -s INT -- $pids
left=${graceSeconds * 10}
alive() { for pid in $pids; do kill -s 0 -- $pid && return 0; done; return 1; }
while [ $left -gt 0 ] && alive; do sleep 0.1; left=$((left - 1)); done
kill -s KILL -- $pids`;

/** Starts the process that outlives a killed runner for as long as its services do. */
export function startReaper(): Reaper {
  // Its own session: neither Ctrl-C nor the terminal's end reaches it.
  const child = spawn('sh', ['-c', script, 'slipway-reaper'], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  child.stdin.on('error', () => {});
  child.on('error', () => {});
  child.unref();
  // To Node a pipe to a child is a socket, to its types any stream.
  if (child.stdin instanceof Socket) child.stdin.unref();
  return { pid: child.pid ?? 0, keep: (pids) => child.stdin.write(`${pids.join(' ')}\n`) };
}
