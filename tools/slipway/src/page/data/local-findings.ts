import { formatLogLine } from '../../operate/logs/format-log-line.ts';
import type { ServiceJournal, ServiceState } from '../../dev/local/service-journal.ts';
import type { ServiceAnswer } from './ask-service.ts';
import type { PageFinding, PageService, PageTransaction } from './page-types.ts';
import type { DatabaseLook } from './probe-database.ts';

/** Share of 5xx that is worth a look. */
const MANY_ERRORS = 0.01;
/** A statement that takes longer is worth a look, s. */
const SLOW_S = 2;
/** A transaction that does nothing for so long holds what others may need, s. */
const IDLE_S = 10;
/** A start that takes longer makes people wonder, s. */
const LONG_START_S = 20;
const MOST_LINES = 8;
/** sysexits' EX_CONFIG: the environment was refused. */
const REFUSED = /exit code 78\b/;
const OUT_OF_MEMORY = /heap out of memory|ERR_WORKER_OUT_OF_MEMORY|\boom\b/i;

type Failed = Extract<ServiceState, { phase: 'failed' }>;

export type LocalFacts = {
  service: PageService;
  journal: ServiceJournal;
  answer?: ServiceAnswer;
  database?: { name: string; address: string; look: DatabaseLook };
  /** What its log says of the requests that failed lately. */
  failures: string[];
  /** As commands take it: ` --stack NAME`. */
  stackOption: string;
};

/** What is wrong with a service and its database, the cause first. */
export function localFindings(facts: LocalFacts): PageFinding[] {
  return [...databaseFindings(facts), ...stateFindings(facts), ...trafficFindings(facts)];
}

function databaseFindings({ database, service, journal, stackOption }: LocalFacts): PageFinding[] {
  if (database === undefined || isBeforeDatabase(journal.state)) return [];
  const { name: who, address, look } = database;
  if (look.state === 'failed') return [brokenDatabase({ who, address, look, service: service.name, stackOption })];
  return look.transactions.flatMap((transaction) =>
    transactionFinding(who, transaction, `npx nx run ${service.name}:psql --local${stackOption}`),
  );
}

function brokenDatabase(it: {
  who: string;
  address: string;
  look: Extract<DatabaseLook, { state: 'failed' }>;
  service: string;
  stackOption: string;
}): PageFinding {
  const { who, address, look, service, stackOption } = it;
  const base = { code: look.code, severity: 'error' as const, who, details: [look.detail] };
  const restart = {
    action: { kind: 'restart' as const, service },
    command: `npx nx run ${service}:restart${stackOption}`,
  };
  if (look.code === 'wrong-password')
    return {
      ...base,
      message: `refuses the password of ${service}: it was changed in the database or in its .env`,
      hint: 'a new start of the stack gives the database the password of the .env file',
      command: `npm start${stackOption === '' ? '' : ` --${stackOption}`}`,
    };
  if (look.code === 'connections-exhausted')
    return {
      ...base,
      message: 'takes no more connections: all are in use',
      hint: 'end what holds them (psql, a test that leaks), or raise maxConnections of its postgres() key',
      ...restart,
    };
  return { ...base, message: `does not answer at ${address}`, ...restart };
}

/** A transaction that others wait for, or that takes long. `command`: opens a console of its database. */
export function transactionFinding(who: string, transaction: PageTransaction, command: string): PageFinding[] {
  const { pid, client, seconds, state, query, blocks } = transaction;
  const holder = `process ${pid}${client === '' ? '' : ` (${client})`}`;
  const forSeconds = `${Math.round(seconds)} s`;
  const details = [`${state}: ${query}`];
  const hint = `select pg_terminate_backend(${pid}) ends it`;
  if (blocks.length > 0)
    return [
      {
        code: 'locked',
        severity: 'error',
        who,
        message: `a transaction of ${holder}, open for ${forSeconds}, holds a lock that ${blocks.length === 1 ? 'another waits' : `${blocks.length} others wait`} for`,
        details,
        hint,
        command,
      },
    ];
  if (state === 'active' && seconds > SLOW_S)
    return [
      {
        code: 'slow-query',
        severity: 'warning',
        who,
        message: `a statement of ${holder} runs for ${forSeconds}`,
        details,
        hint: `explain it in psql; ${hint}`,
        command,
      },
    ];
  if (state.startsWith('idle in transaction') && seconds > IDLE_S)
    return [
      {
        code: 'idle-transaction',
        severity: 'warning',
        who,
        message: `${holder} has left a transaction open for ${forSeconds}`,
        details,
        hint,
        command,
      },
    ];
  return [];
}

function stateFindings({ service, journal, answer, stackOption }: LocalFacts): PageFinding[] {
  const { state, since, pid } = journal;
  const base = { severity: 'error' as const, who: service.name, details: [] as string[] };
  const logs = `npx nx run deploy:logs --local --service ${service.name}${stackOption}`;
  const again = { action: { kind: 'restart' as const, service: service.name } };
  switch (state.phase) {
    case 'stopped':
      return [
        {
          ...base,
          code: 'stopped',
          severity: 'warning',
          message: 'is stopped: it was asked to',
          command: `npx nx run ${service.name}:start${stackOption}`,
          action: { kind: 'start', service: service.name },
        },
      ];
    case 'failed':
      // The database's own finding says it better.
      if (state.code === 'database-ended') return [];
      return [{ ...base, ...failure(state), ...again, command: logs }];
    case 'starting': {
      const seconds = Math.round((Date.now() - Date.parse(since)) / 1000);
      if (seconds < LONG_START_S) return [];
      const message = `is starting for ${seconds} s: ${state.stage ?? 'build'}`;
      return [{ ...base, code: 'starting', severity: 'warning', message, ...again, command: logs }];
    }
    case 'ready': {
      if (answer?.silence !== undefined)
        return [
          {
            ...base,
            code: 'not-responding',
            message: `does not answer${pid === undefined ? '' : ` (process ${pid})`}: ${answer.silence}`,
            hint: 'its event loop is blocked, or a debugger has stopped it',
            ...again,
            command: logs,
          },
        ];
      if (answer === undefined || answer.failingChecks.length === 0) return [];
      return [
        {
          ...base,
          code: 'not-ready',
          message: `is not ready: ${answer.failingChecks.map(({ name }) => name).join(', ')}`,
          details: answer.failingChecks.map(({ name, detail }) => `readiness: ${name}: ${detail}`),
          command: `${logs} --level warn`,
          ...again,
        },
      ];
    }
  }
}

/** Why a start failed; a process says it in its last lines. */
function failure({
  code,
  message,
  details,
  isServing,
}: Failed): Pick<PageFinding, 'code' | 'severity' | 'message' | 'details' | 'hint'> {
  const text = [message, ...details].join('\n');
  const shown = details.slice(-MOST_LINES).map((line) => formatLogLine(line, undefined)?.text ?? line);
  const meanwhile = isServing ? '; the code before it serves on' : '';
  const common = {
    severity: isServing ? ('warning' as const) : ('error' as const),
    message: `${message}${meanwhile}`,
    details: shown,
  };
  if (REFUSED.test(text))
    return {
      ...common,
      code: 'environment-refused',
      hint: 'correct the key that its log names: it is declared in src/config.ts, its value may come from .env',
    };
  if (OUT_OF_MEMORY.test(text))
    return {
      ...common,
      code: 'out-of-memory',
      hint: 'its heap was full: look for what grows, or raise --max-old-space-size in NODE_OPTIONS',
    };
  return { ...common, code, ...HINTS[code] };
}

const HINTS: Partial<Record<Failed['code'], { hint: string }>> = {
  'build-failed': { hint: 'fix the file and save it: the service then starts automatically' },
  'migrations-failed': { hint: 'fix the migration and save it: the service then starts automatically' },
  'ended-early': { hint: 'its last lines say why; a save of one of its files starts it again' },
  crashed: { hint: 'its last lines say why; a save of one of its files starts it again' },
};

function trafficFindings({ service, failures, stackOption }: LocalFacts): PageFinding[] {
  const { name: who, pool, traffic } = service;
  const command = `npx nx run deploy:logs --local --service ${who} --level warn${stackOption}`;
  const findings: PageFinding[] = [];
  if (pool !== undefined && pool.pending > 0 && pool.used >= pool.max)
    findings.push({
      code: 'pool-exhausted',
      severity: 'error',
      who,
      message: `all ${pool.max} connections of its pool are in use, ${pool.pending} requests wait for one`,
      details: [],
      hint: 'see the statements of its database below; DATABASE_POOL_SIZE is the limit',
      command,
    });
  if (traffic?.errorShare !== undefined && traffic.errorShare >= MANY_ERRORS)
    findings.push({
      code: 'server-errors',
      severity: 'error',
      who,
      message: `${Math.round(traffic.errorShare * 1000) / 10} % of its answers are 5xx`,
      details: failures,
      command,
    });
  return findings;
}

/** A first start has no database yet. */
function isBeforeDatabase(state: ServiceState): boolean {
  return state.phase === 'starting' && (state.stage === undefined || state.stage === 'database');
}
