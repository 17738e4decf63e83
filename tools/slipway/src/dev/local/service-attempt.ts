import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { describeError, UserError } from '@slipway/util/errors';
import type { Program } from './local-program.ts';
import type { LocalService } from './local-service.ts';
import type { Output } from './output.ts';
import type { PendingRequests } from './pending-requests.ts';
import type { ServingProgram } from './program-host.ts';
import type { ServiceDatabase } from './service-database.ts';
import type { FailureCode, JournalWriter } from './service-journal.ts';
import type { ServicePrograms } from './service-programs.ts';
import { buildService, describeExit, readiness, startMain, type Host, type NotReady } from './start-attempt.ts';

/** `isHealable`: whether an edit of the service may mend it. */
export type Failure = { code: FailureCode; title: string; details: string[]; isHealable: boolean };
/** `over`: a request ended the attempt. */
export type Outcome = 'over' | Failure | { ready: ServingProgram };
/** Past its deadline, and still tried. `late`: what it waits for, in a sentence. */
export type LateAttempt = { late: string; outcome: Promise<Outcome> };

export type AttemptParts = {
  service: LocalService;
  host: Host;
  output: Output;
  journal: JournalWriter;
  requests: PendingRequests;
  database: ServiceDatabase;
  programs: ServicePrograms;
  /** Whether the attempt waits on after the deadline, for an edit. */
  watch: boolean;
};

const READY_DEADLINE_MS = 60_000;
const PORT_RETRIES = 8;
const PORT_RETRY_MS = 250;

/** Leads from the service's files to a process that is ready to serve: database, build, migrations, process. */
export async function attemptStart(parts: AttemptParts): Promise<Outcome | LateAttempt> {
  const { service, host, output, journal, requests, database, programs, watch } = parts;
  const { name } = service;
  if (database.isToStart(service)) journal.stage('database');
  await database.ensure(service);
  journal.stage('build');
  const built = await buildService(service, host, () => output.say(`  building ${name}`)).catch((error: unknown) =>
    buildFailure(error, name),
  );
  if (requests.isAttemptOver) return 'over';
  if ('code' in built) return built;
  const { main, migrate } = built;
  if (migrate !== undefined && !database.isMigrated) {
    journal.stage('migrate');
    const exit = await database.migrate(service, migrate);
    if (requests.isAttemptOver) return 'over';
    if (exit.code !== 0)
      return failed(
        'migrations-failed',
        `${name} is not started: its migrations failed (${describeExit(exit)})`,
        exit.lines,
      );
  }
  journal.stage('start');
  if ('command' in main) await programs.endServing();
  const started = await startCandidate(parts, main);
  const { notReady } = started;
  if (!watch || requests.isAttemptOver || notReady === undefined || 'exit' in notReady)
    return outcomeOf(parts, started);
  const late = `${name} is not ready after ${READY_DEADLINE_MS / 1000} s, and still tried: ${notReady.unready}`;
  return { late, outcome: waitOn(parts, started.program) };
}

async function waitOn(parts: AttemptParts, program: ServingProgram): Promise<Outcome> {
  const { service, requests } = parts;
  return outcomeOf(parts, { program, notReady: await readiness(service, program, requests.attemptSignal, Infinity) });
}

function outcomeOf({ service: { name }, requests, programs }: AttemptParts, { program, notReady }: Started): Outcome {
  if (requests.isAttemptOver) return 'over';
  if (notReady === undefined) return { ready: program };
  if (!('exit' in notReady)) return failed('not-ready', `${name} does not get ready: ${notReady.unready}`);
  programs.forgetCandidate();
  return failed('ended-early', `${name} ended before it was ready (${describeExit(notReady.exit)})`, program.logTail());
}

/** Whatever the user did wrong there is in files that an edit mends. */
function buildFailure(error: unknown, name: string): Failure {
  if (!(error instanceof UserError)) throw error;
  return failed('build-failed', `${name} cannot be built`, describeError(error).split('\n'));
}

/** What an error of an attempt means for the service. */
export function failureOf(error: unknown, name: string): Failure {
  // What is wrong with this machine no edit of the service heals.
  if (error instanceof UserError) return { ...failed('unable', describeError(error)), isHealable: false };
  return failed('unable', `${name}: ${inspect(error)}`);
}

type Started = { program: ServingProgram; notReady: NotReady | undefined };

/** Starts the next process and waits until it is ready, or cannot become so. */
async function startCandidate(parts: AttemptParts, main: Program): Promise<Started> {
  const { requests, programs } = parts;
  let started = await startOnce(parts, main);
  if (requests.isAttemptOver || !isPortTaken(started)) return started;
  // A server that does not share its port: its successor has to wait for its end.
  await programs.endServing();
  // The program host closes the shared socket a moment after the last process that had it. Also when nothing serves:
  // an edit may have ended the attempt that stopped the last one.
  for (let retry = 0; retry <= PORT_RETRIES && isPortTaken(started); retry++) {
    if (retry > 0) await sleep(PORT_RETRY_MS);
    if (requests.isAttemptOver) return started;
    started = await startOnce(parts, main);
    if (requests.isAttemptOver) return started;
  }
  return started;
}

async function startOnce(parts: AttemptParts, main: Program): Promise<Started> {
  const { service, host, requests, programs } = parts;
  const program = programs.startCandidate((isHeld) => startMain(service, host, main, isHeld));
  return { program, notReady: await readiness(service, program, requests.attemptSignal, READY_DEADLINE_MS) };
}

function isPortTaken({ program, notReady }: Started): boolean {
  return notReady !== undefined && 'exit' in notReady && program.logTail().some((line) => line.includes('EADDRINUSE'));
}

function failed(code: FailureCode, title: string, details: string[] = []): Failure {
  return { code, title, details, isHealable: true };
}
