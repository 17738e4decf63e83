/**
 * The one way to run a program and take its output: from an argv array, never by a shell. It is ended by a timeout or a
 * signal, and a failure carries the pasteable command and the end of its output, without the values of `hideSecret`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { codeOf, CommandError, EX_UNAVAILABLE } from './errors.ts';
import { quote } from './quote.ts';
import { masked } from './secret-mask.ts';

export type Argv = readonly [program: string, ...args: string[]];

export type ExecOptions = {
  cwd?: string;
  /** On top of the environment of this process; `undefined` takes a variable away. */
  env?: Record<string, string | undefined>;
  /** Standard input; empty without it. */
  input?: string | Uint8Array | Readable;
  /** Takes standard output instead of the result, which is empty then. It is ended when the program ends. */
  output?: Writable;
  timeoutMs?: number;
  /**
   * Ends the program with everything that it has started: it runs in a separate process group, out of reach of the
   * terminal's Ctrl-C. Without a signal it shares our group.
   */
  signal?: AbortSignal;
  /** Called for each line of both outputs while the program runs. */
  onLine?: (line: string) => void;
};

/** How long a program that was asked to end may take, ms. */
const GRACE_MS = 5_000;
/** How much of an output errors keep, bytes. */
const TAIL_BYTES = 64 * 1024;

/** Runs a program and resolves with its standard output. Throws CommandError, or the reason of the signal. */
export async function exec(argv: Argv, options: ExecOptions = {}): Promise<string> {
  const { cwd, input = '', output, timeoutMs, signal } = options;
  signal?.throwIfAborted();
  const [program, ...args] = argv;
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...options.env },
    detached: signal !== undefined,
  });
  const end = (): void => endProcess(child, signal !== undefined);
  signal?.addEventListener('abort', end);
  let isTimedOut = false;
  const expire = (): void => {
    isTimedOut = true;
    end();
  };
  const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs);
  const stdout = output === undefined ? collect(child.stdout, Infinity) : undefined;
  const stderr = collect(child.stderr, TAIL_BYTES);
  if (options.onLine !== undefined) for (const stream of [child.stdout, child.stderr]) lines(stream, options.onLine);

  const closed = new Promise<number | string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signalName) => resolve(code ?? signalName ?? 'unknown'));
  });
  // A stream that breaks ends the program, which would continue with half of its input or without a reader.
  let broken: Error | undefined;
  const streams = [feed(child.stdin, input), output === undefined ? undefined : pipeline(child.stdout, output)];
  const [exit, ...flows] = await Promise.allSettled([
    closed,
    ...streams.map((stream) =>
      stream?.catch((error: unknown) => {
        if (error instanceof Error) broken ??= error;
        end();
        throw error;
      }),
    ),
  ]);
  clearTimeout(timer);
  signal?.removeEventListener('abort', end);
  signal?.throwIfAborted();

  const command = masked(quote(argv));
  const said = masked(stderr.text().trim() || (stdout?.text().slice(-TAIL_BYTES) ?? ''));
  if (exit.status === 'rejected') throw notStarted(command, argv, cwd, exit.reason as NodeJS.ErrnoException);
  if (isTimedOut)
    throw new CommandError(command, 'timeout', `${command} did not end within ${timeoutMs! / 1000} s`, {
      output: said,
    });
  // It was ended because of its stream: that is the reason. A partner that is gone has its own.
  if (exit.value !== 0 && broken !== undefined && codeOf(broken) !== 'ERR_STREAM_PREMATURE_CLOSE') throw broken;
  if (exit.value !== 0)
    throw new CommandError(command, exit.value, `${command} ${ending(exit.value)}`, { output: said });
  for (const flow of flows) if (flow.status === 'rejected') throw flow.reason;
  return stdout?.text() ?? '';
}

/** Like `exec`, but a failure is an answer and not an error. */
export async function succeeds(argv: Argv, options: ExecOptions = {}): Promise<boolean> {
  try {
    await exec(argv, options);
    return true;
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}

/** What a program ends with whose reader has left. */
const LOST_READER = new Set<string | undefined>(['SIGTERM', 'SIGPIPE', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/**
 * `from | to`; resolves with the standard output of `to`. Throws CommandError when either side fails. A reader that is
 * content before it has read everything, as `tar` is at the end of its archive, ends the other side, which has not failed.
 */
export async function execPiped(from: Argv, to: Argv, options: ExecOptions = {}): Promise<string> {
  const between = new PassThrough();
  const [source, sink] = await Promise.allSettled([
    exec(from, { ...options, output: between }),
    exec(to, { ...options, input: between }),
  ]);
  // Not its end but its reader's closed the pipe: it was ended for that, or by that.
  const lostReader = source.status === 'rejected' && !between.writableEnded ? codeOf(source.reason) : undefined;
  if (sink.status === 'fulfilled' && LOST_READER.has(lostReader)) return sink.value;
  const failures = [source, sink].flatMap((side) => (side.status === 'rejected' ? [side.reason as unknown] : []));
  const errors = failures.filter((failure) => failure instanceof CommandError);
  if (errors.length === 0 && failures.length > 0) throw failures[0];
  // Where the sink fails, the source fails for want of a reader.
  const decisive = errors.at(-1);
  if (decisive !== undefined) {
    const { code, exitCode } = decisive;
    const command = masked(`${quote(from)} | ${quote(to)}`);
    const output = errors.map((error) => error.output).join('\n');
    const reason = code === 'ENOENT' ? decisive.message : `${command} ${ending(code)}`;
    throw new CommandError(command, code, reason, { output, exitCode });
  }
  return sink.status === 'fulfilled' ? sink.value : '';
}

function ending(code: number | string): string {
  return typeof code === 'number' ? `exited with ${code}` : `was ended by ${code}`;
}

function notStarted(command: string, argv: Argv, cwd: string | undefined, error: NodeJS.ErrnoException): CommandError {
  const code = error.code ?? 'unknown';
  if (code !== 'ENOENT') return new CommandError(command, code, `${command} could not be started (${error.message})`);
  const reason =
    cwd !== undefined && !existsSync(cwd) ? `the folder ${cwd} does not exist` : `"${argv[0]}" is not on the PATH`;
  return new CommandError(command, code, reason, { exitCode: EX_UNAVAILABLE });
}

function endProcess(child: ChildProcess, isGroup: boolean): void {
  const { pid, stdout, stderr } = child;
  if (pid === undefined) return;
  const kill = (signal: NodeJS.Signals): void => {
    try {
      process.kill(isGroup ? -pid : pid, signal);
    } catch (error) {
      if (codeOf(error) !== 'ESRCH') throw error;
    }
  };
  kill('SIGTERM');
  const force = setTimeout(() => {
    kill('SIGKILL');
    // What it has started may live on and hold these.
    stdout?.destroy();
    stderr?.destroy();
  }, GRACE_MS);
  force.unref();
  child.once('close', () => clearTimeout(force));
}

async function feed(stdin: Writable, input: string | Uint8Array | Readable): Promise<void> {
  const source = typeof input === 'string' || input instanceof Uint8Array ? [input] : input;
  await pipeline(source, stdin).catch((error: NodeJS.ErrnoException) => {
    // A program that ends before it has read everything reports that by its exit code.
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}

/** Keeps what the stream brings, at the most about its last `limit` bytes. */
function collect(stream: Readable, limit: number): { text: () => string } {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    while (chunks.length > 1 && size - chunks[0]!.length > limit) size -= chunks.shift()!.length;
  });
  return { text: () => Buffer.concat(chunks).toString('utf8') };
}

function lines(stream: Readable, onLine: (line: string) => void): void {
  createInterface({ input: stream }).on('line', onLine);
}
