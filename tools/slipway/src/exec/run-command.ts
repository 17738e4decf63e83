import { spawn } from 'node:child_process';

export type CommandOptions = {
  cwd?: string;
  env?: Record<string, string>;
  /** Fed to the command's standard input. */
  input?: NodeJS.ReadableStream | string;
  /** Gets the command's standard output in place of the answer, which is then empty. */
  output?: NodeJS.WritableStream;
};

/** A command that failed or could not be started; the message carries the pasteable command and its output's tail. */
export class CommandError extends Error {
  readonly code: number | string;
  /** What it wrote to standard error, or else to standard output. */
  readonly output: string;

  constructor(command: string[], code: number | string, output: string) {
    const tail = output.trim().split('\n').slice(-20).join('\n');
    super(
      `${command.map(quote).join(' ')} ${typeof code === 'number' ? `exited with ${code}` : `could not run (${code})`}${tail === '' ? '' : `:\n${tail}`}`,
    );
    this.name = 'CommandError';
    this.code = code;
    this.output = output;
  }
}

/** Runs a command without a shell and resolves with its standard output. Throws CommandError. */
export async function runCommand(command: [string, ...string[]], options: CommandOptions = {}): Promise<string> {
  const [file, ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: options.cwd, env: { ...process.env, ...options.env } });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    if (options.output === undefined) child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    else {
      child.stdout.pipe(options.output, { end: false });
      options.output.on('error', (error) => {
        child.kill();
        reject(error);
      });
    }
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    // A command that ends before it has read everything reports that by its exit code.
    child.stdin.on('error', () => undefined);
    if (options.input === undefined || typeof options.input === 'string') child.stdin.end(options.input);
    else options.input.pipe(child.stdin);
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(new CommandError(command, error.code ?? error.message, '')),
    );
    child.on('close', (code, signal) => {
      const output = Buffer.concat(out).toString();
      if (code === 0) resolve(output);
      else reject(new CommandError(command, code ?? signal ?? 'unknown', Buffer.concat(err).toString() || output));
    });
  });
}

function quote(word: string): string {
  return /^[\w./:=@,+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
