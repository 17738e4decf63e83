import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { awaitReady } from './await-ready.ts';
import type { LocalService } from './local-service.ts';
import type { ProgramHost, ServingProgram } from './program-host.ts';
import { startProcess, type Exit, type SupervisedProcess } from './supervised-process.ts';

export type Host = {
  workspaceRoot: string;
  /** Where Node keeps what it compiled: the second start is faster. */
  compileCache: string;
  programs: ProgramHost;
  /** Each service's port for a debugger, if they have any. */
  inspectPorts: Map<string, number>;
  onLine: (service: string, line: string) => void;
  onAlive: (pid: number, alive: boolean) => void;
};

/** Runs the service's `src/migrate.ts` in its environment. */
export function startMigrations(service: LocalService, host: Host, onLine: (line: string) => void): SupervisedProcess {
  const { cwd, env } = surroundings(service, host);
  const all = { ...process.env, ...env };
  return startProcess({ script: join(cwd, 'src', 'migrate.ts'), cwd, env: all, onLine, onAlive: host.onAlive });
}

/** Runs the service's `src/main.ts` in its environment. `isHeld`: see ProgramOptions. */
export function startMain(service: LocalService, host: Host, isHeld: boolean): ServingProgram {
  const { cwd, env } = surroundings(service, host);
  const onLine = (line: string) => host.onLine(service.name, line);
  const inspectPort = host.inspectPorts.get(service.name);
  return host.programs.start({ script: join(cwd, 'src', 'main.ts'), cwd, env, isHeld, inspectPort, onLine });
}

function surroundings(service: LocalService, { workspaceRoot, compileCache }: Host) {
  const cache = process.env.NODE_COMPILE_CACHE ?? compileCache;
  return { cwd: join(workspaceRoot, service.root), env: { NODE_COMPILE_CACHE: cache, ...service.environment } };
}

export function hasMigrations(service: LocalService, workspaceRoot: string): boolean {
  return service.database !== undefined && existsSync(join(workspaceRoot, service.root, 'src', 'migrate.ts'));
}

/** Undefined once the service answers that it is ready, else why it does not: it ended, or is not ready in time. */
export async function readiness(
  service: LocalService,
  program: ServingProgram,
  signal: AbortSignal,
  deadlineMs: number,
): Promise<{ exit: Exit } | { unready: string } | undefined> {
  const look = new AbortController();
  const address = { url: program.managementUrl, shown: service.managementUrl };
  const unready = awaitReady(address, AbortSignal.any([signal, look.signal]), deadlineMs);
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
