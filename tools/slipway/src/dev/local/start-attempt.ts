import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { awaitReady } from './await-ready.ts';
import type { LocalService } from './local-service.ts';
import { startProcess, type Exit, type SupervisedProcess } from './supervised-process.ts';

export type Host = {
  workspaceRoot: string;
  /** Where Node keeps what it compiled: the second start is faster. */
  compileCache: string;
  onLine: (service: string, line: string) => void;
  onAlive: (pid: number, alive: boolean) => void;
};

/** Starts one of the service's own programs, `src/main.ts` or `src/migrate.ts`, in its environment. */
export function startProgram(
  service: LocalService,
  script: 'main' | 'migrate',
  host: Host,
  onLine: (line: string) => void,
): SupervisedProcess {
  const cwd = join(host.workspaceRoot, service.root);
  const env = { NODE_COMPILE_CACHE: host.compileCache, ...process.env, ...service.environment };
  return startProcess({ script: join(cwd, 'src', `${script}.ts`), cwd, env, onLine, onAlive: host.onAlive });
}

export function hasMigrations(service: LocalService, workspaceRoot: string): boolean {
  return service.database !== undefined && existsSync(join(workspaceRoot, service.root, 'src', 'migrate.ts'));
}

/** Undefined once the service answers that it is ready, else why it does not: it ended, or is not ready in time. */
export async function readiness(
  service: LocalService,
  program: SupervisedProcess,
  signal: AbortSignal,
  deadlineMs: number,
): Promise<{ exit: Exit } | { unready: string } | undefined> {
  const look = new AbortController();
  const unready = awaitReady(service.managementUrl, AbortSignal.any([signal, look.signal]), deadlineMs);
  const result = await Promise.race([
    program.exited.then((exit) => ({ exit })),
    unready.then((seen) => (seen === undefined ? undefined : { unready: seen })),
  ]);
  look.abort();
  return result;
}

export function describeExit({ code, signal }: Exit): string {
  return signal === null ? `exit code ${code}` : signal;
}
