import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '@slipway/util/errors';
import { workspaceRoot } from './workspace-root.ts';

export type BoundedOptions = {
  /** It is ended after so long, with everything that it has started. */
  boundMs: number;
  /** All of its output goes here. */
  logFile: string;
  env?: Record<string, string | undefined>;
  /** Hears its output as it comes; without it a heartbeat is printed every half minute. */
  onOutput?: (text: string) => void;
  onSignOfLife?: (line: string) => void;
};

export type BoundedResult = {
  exitCode: number;
  output: string;
  isTimedOut: boolean;
  /** Command lines of what ran when the bound was reached. */
  unfinished: string[];
};

const SIGN_OF_LIFE_MS = 30_000;
const KILL_AFTER_MS = 15_000;
/** How long output is waited for once the program itself has ended. */
const DRAIN_MS = 1000;

/** Someone has asked us to end. */
export class InterruptedError extends Error {}

type Signal = 'SIGTERM' | 'SIGKILL';

const running = new Set<ChildProcess>();
let isEnding = false;

/** Runs a program without a shell, within a bound. Every end is an answer; it rejects only if it cannot be started. */
export async function runBounded(
  [program, ...args]: [string, ...string[]],
  { boundMs, logFile, env = {}, onOutput, onSignOfLife }: BoundedOptions,
): Promise<BoundedResult> {
  if (isEnding) throw new InterruptedError('interrupted');
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile);
  const child = spawn(program, args, {
    cwd: workspaceRoot,
    // Nx asks for colours, which a pipe does not show.
    env: { ...process.env, FORCE_COLOR: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: what it has started can be ended with it.
    detached: true,
  });
  running.add(child);
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      chunks.push(text);
      log.write(text);
      onOutput?.(text);
    });
  }
  const begun = performance.now();
  let isTimedOut = false;
  let unfinished: string[] = [];
  let ended: Promise<void> | undefined;
  const deadline = setTimeout(() => {
    isTimedOut = true;
    unfinished = commandLines(child);
    ended = endGroup(child, 'SIGTERM');
  }, boundMs);
  const pulse = setInterval(
    () => onSignOfLife?.(`… ${Math.round((performance.now() - begun) / 1000)} s`),
    SIGN_OF_LIFE_MS,
  );
  try {
    const closed = new Promise((resolve) => child.once('close', resolve));
    const [code] = (await once(child, 'exit')) as [number | null];
    await ended;
    // A daemon that it has left behind may hold its output open for good.
    await Promise.race([closed, sleep(DRAIN_MS, undefined, { ref: false })]);
    if (isTimedOut) chunks.push(`\nended after its bound of ${boundMs / 1000} s\n`);
    return { exitCode: code ?? 1, output: chunks.join(''), isTimedOut, unfinished };
  } finally {
    clearTimeout(deadline);
    clearInterval(pulse);
    running.delete(child);
    child.stdout.destroy();
    child.stderr.destroy();
    await new Promise<void>((resolve) => log.end(resolve));
  }
}

/**
 * Ends what is running, e.g. on Ctrl-C: groups of their own do not hear that. Resolves when it has ended; nothing is
 * started any more.
 */
export async function endRunning(signal: Signal): Promise<void> {
  isEnding = true;
  await Promise.all([...running].map((child) => endGroup(child, signal)));
}

/** The same for someone who cannot wait: asks, and looks no further. */
export function askRunningToEnd(): void {
  for (const child of running) killGroup(child, 'SIGTERM');
}

/** Asks, gives everyone in the group time to put things back, then insists. */
async function endGroup(child: ChildProcess, signal: Signal): Promise<void> {
  killGroup(child, signal);
  const deadline = performance.now() + KILL_AFTER_MS;
  while (killGroup(child, 0)) {
    if (performance.now() > deadline) return void killGroup(child, 'SIGKILL');
    await sleep(50);
  }
}

/** Everything in the group: a test that hangs is known by its file. */
function commandLines({ pid }: ChildProcess): string[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pgid=,args='], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => {
    const [, group, args] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(group) === pid && args !== undefined ? [args] : [];
  });
}

/** False when nobody is left in the group. 0: only look. */
function killGroup({ pid }: ChildProcess, signal: Signal | 0): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    throw error;
  }
}
