import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '@slipway/util/errors';
import { isAlive, processIdentity } from '@slipway/util/process-identity';
import { masked } from '@slipway/util/secret-mask';
import type { ServiceStart, StartStage } from './service-start.ts';

export type FailureCode =
  'build-failed' | 'migrations-failed' | 'ended-early' | 'not-ready' | 'crashed' | 'database-ended' | 'unable';

export type ServiceState =
  | { phase: 'starting'; stage?: StartStage }
  | { phase: 'ready' }
  | { phase: 'stopped' }
  /** `isServing`: the code before it still answers. */
  | { phase: 'failed'; code: FailureCode; message: string; details: string[]; isServing: boolean };

/** What a run of `npm start` says of one of its services to other processes of this machine. */
export type ServiceJournal = {
  /** Identity of the process of the run. */
  run: string;
  /** Since when it is in this state, RFC 3339. */
  since: string;
  state: ServiceState;
  pid?: number;
  /** The newest first. */
  starts: ServiceStart[];
};

export type JournalWriter = {
  begin(cause: string[]): void;
  stage(stage: StartStage): void;
  ready(pid: number | undefined): void;
  failed(failure: Omit<Extract<ServiceState, { phase: 'failed' }>, 'phase'>): void;
  stopped(): void;
};

const MOST_STARTS = 20;

/** Keeps the journal of a service in `dataDir`. A disk that takes nothing costs the journal, not the run. */
export function writeJournal(dataDir: string, name: string): JournalWriter {
  const file = fileOf(dataDir, name);
  const run = processIdentity(process.pid);
  let journal: ServiceJournal = { run, since: now(), state: { phase: 'starting' }, starts: [] };
  let begun = performance.now();
  let stageBegun = begun;
  let stage: StartStage | undefined;

  const write = (change: Partial<ServiceJournal>) => {
    journal = { ...journal, since: now(), ...change };
    try {
      mkdirSync(join(dataDir, name), { recursive: true });
      // Whoever reads it never finds a half.
      writeFileSync(`${file}.new`, masked(JSON.stringify(journal)));
      renameSync(`${file}.new`, file);
    } catch {
      // It is only told to others.
    }
  };
  const endStage = (): void => {
    const [current] = journal.starts;
    if (stage !== undefined) current?.stages.push({ stage, ms: Math.round(performance.now() - stageBegun) });
    stage = undefined;
    stageBegun = performance.now();
  };
  const end = (outcome: ServiceStart['outcome']): void => {
    const [current] = journal.starts;
    if (current?.outcome !== 'running') return;
    endStage();
    current.outcome = outcome;
    current.ms = Math.round(performance.now() - begun);
  };

  return {
    begin(cause) {
      end('replaced');
      begun = stageBegun = performance.now();
      const start: ServiceStart = { at: now(), cause, stages: [], outcome: 'running', ms: 0 };
      write({ state: { phase: 'starting' }, starts: [start, ...journal.starts].slice(0, MOST_STARTS) });
    },
    stage(next) {
      endStage();
      stage = next;
      write({ state: { phase: 'starting', stage: next } });
    },
    ready(pid) {
      end('ready');
      write({ state: { phase: 'ready' }, ...(pid === undefined ? {} : { pid }) });
    },
    failed(failure) {
      end('failed');
      write({ state: { phase: 'failed', ...failure } });
    },
    stopped: () => write({ state: { phase: 'stopped' } }),
  };
}

/** What the run that has the service says of it; undefined when no run has it. */
export function readJournal(dataDir: string, name: string): ServiceJournal | undefined {
  try {
    const journal = JSON.parse(readFileSync(fileOf(dataDir, name), 'utf8')) as ServiceJournal;
    return isAlive(journal.run) ? journal : undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function fileOf(dataDir: string, name: string): string {
  return join(dataDir, name, 'journal.json');
}

function now(): string {
  return new Date().toISOString();
}
