import { spawn, type ChildProcess } from 'node:child_process';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { isDataFolder } from './init-database.ts';
import { logSettings } from './log-settings.ts';
import { postgresBinary } from './postgres-binary.ts';
import { awaitPreviousRun } from './previous-run.ts';
import { unprivilegedCommand } from './unprivileged-command.ts';

type StartOptions = {
  /** A folder that `initDatabase` made. */
  dir: string;
  port: number;
  host?: string;
  /** Server settings, e.g. `{ fsync: 'off' }` for a throwaway database. */
  settings?: Record<string, string>;
  /** Gets each line of the server's log. */
  onLog?: (line: string) => void;
};

export type RunningPostgres = {
  process: ChildProcess;
  /** Settles when the server is gone, for whatever reason. */
  exited: Promise<number | null>;
  /** Ends open connections and waits until the server is gone. */
  stop(): Promise<void>;
};

/**
 * Runs the server and, beside it, a reader of our pipe. The pipe closes when we die, however we die, and then the
 * server shuts down: a Postgres never outlives its parent. (`PR_SET_PDEATHSIG` does not survive `unshare`, nor exist on macOS.)
 */
const watchdog = `
exec 3<&0 </dev/null
"$@" 3<&- & server=$!
(while read -r _ <&3; do :; done; kill -INT $server) 2>/dev/null & watch=$!
wait $server; code=$?
kill $watch 2>/dev/null
exit $code`;

const stopTimeoutMs = 20_000;

/** Starts a server and resolves when it accepts connections. */
export async function startPostgres({
  dir,
  port,
  host = '127.0.0.1',
  settings = {},
  onLog,
}: StartOptions): Promise<RunningPostgres> {
  if (!(await isDataFolder(dir))) {
    throw new EmbeddedPostgresError('wrong-folder', `${dir} is no Postgres data folder: initDatabase makes one`);
  }
  await awaitPreviousRun(dir);
  const allSettings = {
    listen_addresses: host,
    port: String(port),
    unix_socket_directories: '',
    logging_collector: 'off',
    log_destination: 'stderr',
    // The lines that are read below must not depend on the user's language.
    lc_messages: 'C',
    ...logSettings,
    ...settings,
  };
  const server = [
    postgresBinary('postgres'),
    '-D',
    dir,
    ...Object.entries(allSettings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const [program, ...args] = unprivilegedCommand(['sh', '-c', watchdog, 'postgres-watchdog', ...server]);
  // A session of its own: Ctrl-C in a terminal must reach the services first, the database last.
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
  child.stdin.on('error', () => {});
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  await ready(child, { dir, port, host, ...(onLog ? { onLog } : {}) });
  return { process: child, exited, stop: () => stop(child, exited) };
}

function ready(
  child: ChildProcess,
  { dir, port, host, onLog }: { dir: string; port: number; host: string; onLog?: (line: string) => void },
) {
  return new Promise<void>((resolve, reject) => {
    let rest = '';
    let log: string[] = [];
    let isReady = false;
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        onLog?.(line);
        if (isReady) continue;
        log.push(line);
        if (!line.includes('database system is ready to accept connections')) continue;
        isReady = true;
        log = [];
        resolve();
      }
    });
    child.once('error', (error) =>
      reject(new EmbeddedPostgresError('start-failed', `Postgres did not start: ${error.message}`)),
    );
    child.once('close', (code) => {
      const output = [...log, rest].join('\n').trim();
      if (/could not bind .*Address already in use/.test(output)) {
        reject(
          new EmbeddedPostgresError(
            'port-in-use',
            `port ${port} of ${host} is in use by another program, so the Postgres of ${dir} cannot listen there`,
          ),
        );
      } else {
        reject(
          new EmbeddedPostgresError(
            'start-failed',
            `the Postgres of ${dir} exited with ${code} before it was ready:\n${output}`,
          ),
        );
      }
    });
  });
}

async function stop(child: ChildProcess, exited: Promise<number | null>): Promise<void> {
  child.stdin?.end();
  const timer = setTimeout(() => {
    // The watchdog, its reader and the server form one process group.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  }, stopTimeoutMs);
  await exited;
  clearTimeout(timer);
}
