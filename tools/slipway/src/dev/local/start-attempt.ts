import { join } from 'node:path';
import { readServiceSpec } from '../../services/read-service.ts';
import { addedTelemetry } from './added-telemetry.ts';
import { startCommandProgram } from './command-program.ts';
import { type LocalProgram, localProgram, pathWithPackages, type Program } from './local-program.ts';
import { awaitReady } from './await-ready.ts';
import type { LocalService } from './local-service.ts';
import type { ProgramHost, ServingProgram } from './program-host.ts';
import { startProcess, type Exit, type SupervisedProcess } from './supervised-process.ts';

export type Host = {
  workspaceRoot: string;
  /** Where Node keeps what it compiled: the second start is faster. */
  compileCache: string;
  programs: ProgramHost;
  /** Added to the environment of each service, where it says nothing of its own. */
  telemetry: Record<string, string>;
  /** Each service's port for a debugger, if they have any. */
  inspectPorts: Map<string, number>;
  onLine: (service: string, line: string) => void;
  onAlive: (pid: number, alive: boolean) => void;
};

/** As in an image. */
const FLAGS = ['--enable-source-maps'];
/** After this time, the reason for waiting is printed. */
const SLOW_MS = 2000;

/**
 * Builds the service as its image is built. `onSlow`: called when that takes a while. Throws ValidationError for what does
 * not compile or would not run in an image.
 */
export async function buildService(service: LocalService, host: Host, onSlow: () => void): Promise<LocalProgram> {
  const slow = setTimeout(onSlow, SLOW_MS);
  try {
    return await localProgram(host.workspaceRoot, await readServiceSpec(host.workspaceRoot, service.root));
  } finally {
    clearTimeout(slow);
  }
}

/** Runs what brings the service's database up to date, in its environment. */
export function startMigrations(
  service: LocalService,
  host: Host,
  program: Program,
  onLine: (line: string) => void,
): SupervisedProcess {
  const { cwd, env } = surroundings(service, host);
  const command = 'command' in program ? program.command : ([process.execPath, ...FLAGS, program.script] as const);
  return startProcess({ command, cwd, env: { ...process.env, ...env }, onLine, onAlive: host.onAlive });
}

/** Runs the service in its environment. `isHeld`: see ProgramOptions. */
export function startMain(service: LocalService, host: Host, program: Program, isHeld: boolean): ServingProgram {
  const { cwd, env } = surroundings(service, host);
  const onLine = (line: string) => host.onLine(service.name, line);
  if ('command' in program) {
    const { command } = program;
    const url = service.managementUrl;
    return startCommandProgram({ command, cwd, env: { ...process.env, ...env }, url, onLine, onAlive: host.onAlive });
  }
  const inspectPort = host.inspectPorts.get(service.name);
  const managementPort = service.ports.at(-1)?.port;
  return host.programs.start({
    script: program.script,
    cwd,
    env,
    flags: FLAGS,
    isHeld,
    ...(managementPort === undefined ? {} : { managementPort }),
    inspectPort,
    onLine,
  });
}

function surroundings(service: LocalService, { workspaceRoot, compileCache, telemetry }: Host) {
  const cache = process.env.NODE_COMPILE_CACHE ?? compileCache;
  const { environment } = service;
  const added = addedTelemetry(telemetry, environment, process.env);
  const path = pathWithPackages(workspaceRoot, service.root);
  return {
    cwd: join(workspaceRoot, service.root),
    env: { NODE_COMPILE_CACHE: cache, PATH: path, ...environment, ...added },
  };
}

/** Why a process is not ready: it ended, or what it answered last. */
export type NotReady = { exit: Exit } | { unready: string };

/** Undefined once the service answers that it is ready, else why it does not: it ended, or is not ready in time. */
export async function readiness(
  service: LocalService,
  program: ServingProgram,
  signal: AbortSignal,
  deadlineMs: number,
): Promise<NotReady | undefined> {
  const look = new AbortController();
  const address = { url: program.managementUrl, shown: service.managementUrl, route: service.readyRoute };
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
