import { spawn } from 'node:child_process';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { postgresBinary } from './postgres-binary.ts';
import { unprivilegedCommand } from './unprivileged-command.ts';

/**
 * Gives a role of a data folder on which no server runs another password; Postgres in single-user mode asks for none.
 * `verifier` is what Postgres stores of the password (`SCRAM-SHA-256$…`). Throws EmbeddedPostgresError without it.
 */
export async function setPassword(dir: string, { user, verifier }: { user: string; verifier: string }): Promise<void> {
  const settings = [
    'lc_messages=C',
    'log_min_error_statement=panic',
    'logging_collector=off',
    'log_destination=stderr',
  ];
  const server = [
    postgresBinary('postgres'),
    '--single',
    '-D',
    dir,
    ...settings.flatMap((it) => ['-c', it]),
    'postgres',
  ];
  const [program, ...args] = unprivilegedCommand(server);
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  // One that ends before it has read this reports it by its exit code.
  child.stdin.on('error', () => undefined);
  child.stdin.end(`alter role ${quoted(user, '"')} with login password ${quoted(verifier, "'")};\n`);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const failures = log.split('\n').filter((line) => /ERROR:|FATAL:|PANIC:/.test(line));
  if (code === 0 && failures.length === 0) return;
  throw new EmbeddedPostgresError(
    'start-failed',
    `the password of ${user} in ${dir} cannot be set (exit code ${code}):\n${failures.join('\n')}`,
  );
}

function quoted(text: string, mark: string): string {
  return `${mark}${text.replaceAll(mark, mark + mark)}${mark}`;
}
