import { spawn } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import { CommandError, InterruptedError } from './failures.ts';
import { interruption } from './interruption.ts';
import { quote } from './quote.ts';

type Argv = readonly [string, ...string[]];

/** `from | to` without a shell; fails when either side does. Answers the last program's stdout. */
export async function pipe(from: Argv, to: Argv): Promise<string> {
  const { signal } = interruption;
  const source = spawn(from[0], from.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], signal });
  const sink = spawn(to[0], to.slice(1), { stdio: ['pipe', 'pipe', 'pipe'], signal });
  const said: string[] = [];
  let answer = '';
  source.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  sink.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  sink.stdout.on('data', (chunk: Buffer) => (answer += chunk.toString()));

  const exits = Promise.all([exitOf(source), exitOf(sink)]);
  const [codes] = await Promise.all([exits, pipeline(source.stdout, sink.stdin).catch(() => undefined)]).catch(
    (error: unknown) => {
      source.kill();
      sink.kill();
      throw signal.aborted ? new InterruptedError('interrupted') : error;
    },
  );
  const failed = codes.findIndex((code) => code !== 0);
  if (failed >= 0) {
    throw new CommandError(
      `${quote(from)} | ${quote(to)}`,
      `exit code ${codes[failed]}`,
      codes[failed],
      said.join('').slice(-2000),
    );
  }
  return answer;
}

function exitOf(child: ReturnType<typeof spawn>): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
}
