import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CommandError, InterruptedError, MissingError } from './failures.ts';
import { interruption } from './interruption.ts';
import { quote } from './quote.ts';

export type RunOptions = {
  cwd?: string;
  env?: Record<string, string>;
  input?: string | Uint8Array | Readable;
  timeoutMs?: number;
  /** Called for each line of both outputs while the program runs. */
  onLine?: (line: string) => void;
};

const TAIL_LINES = 25;

/** Runs a program without a shell and answers its stdout; whatever goes wrong is a CommandError. */
export async function run(argv: readonly [string, ...string[]], options: RunOptions = {}): Promise<string> {
  const [program, ...args] = argv;
  interruption.signal.throwIfAborted();
  // A process group of its own: Ctrl-C reaches it through us, in order, and not a second time from the terminal.
  const child = spawn(program, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...options.env },
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const kill = (): void => killGroup(child.pid);
  interruption.signal.addEventListener('abort', kill);
  let timedOut = false;
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          kill();
        }, options.timeoutMs);

  const stdout: Buffer[] = [];
  const tail: string[] = [];
  const remember = (line: string): void => {
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
    options.onLine?.(line);
  };
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', remember);
  }

  try {
    const exit = new Promise<number | undefined>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? undefined));
    });
    // A program that ends early breaks the pipe; its exit code tells the story better than EPIPE does.
    const fed = feed(child.stdin, options.input).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    });
    const [code] = await Promise.all([exit, fed]);
    if (interruption.signal.aborted) throw new InterruptedError('interrupted');
    if (timedOut)
      throw new CommandError(
        quote(argv),
        `no answer within ${(options.timeoutMs ?? 0) / 1000} s`,
        code,
        tail.join('\n'),
      );
    if (code !== 0) throw new CommandError(quote(argv), `exit code ${code ?? 'none (killed)'}`, code, tail.join('\n'));
    return Buffer.concat(stdout).toString('utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new MissingError(`"${program}" is not on the PATH`);
    kill();
    throw error;
  } finally {
    clearTimeout(timer);
    interruption.signal.removeEventListener('abort', kill);
  }
}

/** Like `run`, but a failure is an answer and not an error. */
export async function succeeds(argv: readonly [string, ...string[]], options: RunOptions = {}): Promise<boolean> {
  try {
    await run(argv, options);
    return true;
  } catch (error) {
    if (error instanceof CommandError || error instanceof MissingError) return false;
    throw error;
  }
}

async function feed(stdin: NodeJS.WritableStream | null, input: RunOptions['input']): Promise<void> {
  if (!stdin || input === undefined) return;
  if (typeof input === 'string' || input instanceof Uint8Array) {
    await new Promise<void>((resolve, reject) => {
      stdin.once('error', reject);
      stdin.end(input, () => resolve());
    });
    return;
  }
  await pipeline(input, stdin);
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // It has ended already.
  }
}
