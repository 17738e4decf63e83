import { fork, type ChildProcess } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import type { HostAsk, HostSay } from './host-protocol.ts';
import { createStderrTail, type StderrTail } from './stderr-tail.ts';
import type { Exit, SupervisedProcess } from './supervised-process.ts';
import { scriptFile } from '../../util/files/script-file.ts';

/** A program that serves, or is to serve in place of another. */
export type ServingProgram = SupervisedProcess & {
  /** Resolves with the address at which this program alone answers for its readiness. */
  managementUrl: Promise<string>;
  /** Started held: takes connections from now on. */
  serve(): void;
  /** Ends it, now that its successor serves; kills it after `graceMs`. */
  endReplaced(graceMs: number): Promise<void>;
};

export type ProgramOptions = {
  script: string;
  cwd: string;
  env: Record<string, string>;
  flags?: string[];
  /** Whether it leaves all connections to its predecessor until `serve`. */
  isHeld: boolean;
  /** Port at which it answers for its readiness; default: what its environment calls MANAGEMENT_PORT, or PORT. */
  managementPort?: number;
  /** Where a debugger may attach, on 127.0.0.1. */
  inspectPort?: number | undefined;
  onLine: (line: string) => void;
};

export type ProgramHost = {
  start(options: ProgramOptions): ServingProgram;
  /** After the end of every program. */
  close(): void;
};

type Known = {
  pid?: number;
  tail: StderrTail;
  onLine: (line: string) => void;
  onManagement: (url: string) => void;
  onExit: (exit: Exit) => void;
};

const PRELOAD = pathToFileURL(scriptFile(import.meta.dirname, '..', 'handover', 'worker-preload')).href;
/** What Node says of its debugger's port; the run has said where it is. */
const OF_INSPECTOR =
  /^(Debugger (listening on|attached|ending)|For help, see: https:\/\/nodejs|Starting inspector on .* failed)/;
const MAIN = scriptFile(import.meta.dirname, 'program-host-main');

/** Starts, with the first program, the process that holds the listening sockets. `onAlive`: told of every process. */
export function createProgramHost(onAlive: (pid: number, alive: boolean) => void): ProgramHost {
  const programs = new Map<number, Known>();
  let host: ChildProcess | undefined;
  let count = 0;

  function exited(id: number, exit: Exit): void {
    const program = programs.get(id);
    if (program === undefined) return;
    programs.delete(id);
    if (program.pid !== undefined) onAlive(program.pid, false);
    program.tail.end();
    program.onExit(exit);
  }

  function hear(message: HostSay): void {
    const program = programs.get(message.id);
    if (program === undefined) return;
    if (message.type === 'started') {
      program.pid = message.pid;
      onAlive(message.pid, true);
    } else if (message.type === 'line') {
      if (message.stream === 'stdout') program.onLine(message.line);
      else if (!OF_INSPECTOR.test(message.line)) program.tail.push(message.line);
    } else if (message.type === 'management') program.onManagement(`http://127.0.0.1:${message.port}`);
    else exited(message.id, message);
  }

  function open(): ChildProcess {
    // A session of its own: Ctrl-C in a terminal reaches us alone, and we stop things in their order.
    const child = fork(MAIN, { detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const { pid } = child;
    if (pid !== undefined) onAlive(pid, true);
    child.on('message', hear);
    child.on('error', () => {});
    child.once('exit', (code, signal) => {
      if (pid !== undefined) onAlive(pid, false);
      host = undefined;
      // Its programs end with it.
      for (const id of [...programs.keys()]) exited(id, { code, signal });
    });
    return child;
  }

  function ask(message: HostAsk): void {
    host ??= open();
    host.send(message, () => {});
  }

  return {
    start({ script, cwd, env, flags = [], isHeld, managementPort, inspectPort, onLine }) {
      const id = ++count;
      const exit = Promise.withResolvers<Exit>();
      const management = Promise.withResolvers<string>();
      const tail = createStderrTail(onLine);
      const known: Known = { tail, onLine, onManagement: management.resolve, onExit: exit.resolve };
      programs.set(id, known);
      const ports = { management: managementPort, inspect: inspectPort };
      const options = Object.entries(ports).flatMap(([name, port]) => (port === undefined ? [] : [`${name}=${port}`]));
      const preload = `${PRELOAD}?${[...(isHeld ? ['held'] : []), ...options].join('&')}`;
      ask({ type: 'start', id, script, cwd, env, flags: [...flags, '--import', preload] });
      const isGone = () => !programs.has(id);
      return {
        get pid() {
          return known.pid;
        },
        exited: exit.promise,
        managementUrl: management.promise,
        logTail: tail.lines,
        serve: () => ask({ type: 'serve', id }),
        async endReplaced(graceMs) {
          if (isGone()) return;
          ask({ type: 'replaced', id, graceMs });
          await exit.promise;
        },
        async stop(graceMs) {
          if (isGone()) return;
          // SIGTERM asks a service to drain first, for load balancers; here there is none.
          ask({ type: 'signal', id, signal: 'SIGINT' });
          const kill = setTimeout(() => ask({ type: 'signal', id, signal: 'SIGKILL' }), graceMs);
          await exit.promise;
          clearTimeout(kill);
        },
      };
    },
    close: () => host?.disconnect(),
  };
}
