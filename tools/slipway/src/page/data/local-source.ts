import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, describeError } from '@slipway/util/errors';
import { hideValue } from '@slipway/util/secret-mask';
import { controlService } from '../../dev/local/control-service.ts';
import type { Reporter } from '../../deploy/report/reporter.ts';
import { stackOption } from '../../dev/local/local-data-dir.ts';
import type { LocalService } from '../../dev/local/local-service.ts';
import { readJournal, type ServiceJournal, type ServiceState } from '../../dev/local/service-journal.ts';
import { fileLogSource } from '../../operate/logs/file-log-source.ts';
import { localLogFile } from '../../operate/logs/local-log-file.ts';
import { recentFailures } from '../../operate/status/recent-failures.ts';
import { sortByDependency } from '../../services/dependency-order.ts';
import { collectServiceSpecs } from '../../services/read-services.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { startCommand } from '../../util/commands.ts';
import { askService } from './ask-service.ts';
import { environmentKeys } from './environment-keys.ts';
import { localFindings } from './local-findings.ts';
import type { PageSource, StackLook } from './page-source.ts';
import type {
  PageAction,
  PageDatabase,
  PageEdge,
  PageFinding,
  PageService,
  PageStart,
  PageState,
} from './page-types.ts';
import { probeDatabase } from './probe-database.ts';
import { createScrapes, type Scrapes } from './scrapes.ts';

export type LocalStack = {
  workspaceRoot: string;
  /** Where its journals are. */
  dataDir: string;
  /** Where its log files are, below the workspace. */
  logFolder: string;
  /** Its name, if it has one. */
  stack?: string;
  /** The services as this machine runs them. */
  services: () => Promise<LocalService[]>;
  /** Sends requests to services; absent if the run accepts none. */
  control?: typeof controlService;
};

const TAIL_BYTES = 128 * 1024;
const FAILURES_MS = 60_000;
const MOST_STARTS = 40;
const ACTION_S = 60;
/** How long the plan of the services is taken for true, ms. */
const PLAN_MS = 10_000;

/** The stack that `npm start` runs on this machine. */
export function localSource(stack: LocalStack): PageSource {
  const { workspaceRoot, dataDir, logFolder } = stack;
  const scrapes = new Map<string, Scrapes>();
  const option = stackOption(stack.stack);
  let plan: { at: number; services: LocalService[]; specs: ServiceSpec[]; problem?: string } | undefined;

  const readPlan = async () => {
    if (plan !== undefined && Date.now() - plan.at < PLAN_MS) return plan;
    const { serviceSpecs } = await collectServiceSpecs(workspaceRoot);
    // A broken edit must not hide the running services.
    const found = await stack.services().then(
      (services) => ({ services }),
      (error: unknown) => ({ services: plan?.services ?? [], problem: describeError(error) }),
    );
    plan = { at: Date.now(), specs: serviceSpecs, ...found };
    hideSecrets(plan.specs, plan.services);
    return plan;
  };

  const lookAt = async (local: LocalService, spec: ServiceSpec | undefined) => {
    const { name, database } = local;
    const journal = readJournal(dataDir, name);
    if (journal === undefined) return { service: absent(name) };
    const isUp = journal.state.phase === 'ready' || (journal.state.phase === 'failed' && journal.state.isServing);
    const [answer, probe] = await Promise.all([
      isUp ? askService(local.managementUrl, local.readyRoute) : undefined,
      database && probeDatabase({ ...database, host: '127.0.0.1', database: 'postgres' }),
    ]);
    const own = scrapes.get(name) ?? createScrapes();
    scrapes.set(name, own);
    if (answer?.metrics !== undefined) own.add(answer.metrics);
    const service = describe(local, journal, { answer, scrapes: own, isUp });
    const failures =
      (service.traffic?.errorShare ?? 0) === 0
        ? []
        : recentFailures(await tail(localLogFile(workspaceRoot, logFolder, name).current), Date.now() - FAILURES_MS);
    const looked =
      database === undefined || probe === undefined
        ? undefined
        : { name: `${name}-db`, address: `127.0.0.1:${database.port}`, look: probe };
    const findings = localFindings({
      service,
      journal,
      failures,
      stackOption: option,
      ...(answer === undefined ? {} : { answer }),
      ...(looked === undefined ? {} : { database: looked }),
    });
    return { service, journal, findings, spec, ...(looked === undefined ? {} : { database: looked }) };
  };

  return {
    place: 'processes',
    title: stack.stack === undefined ? startCommand() : `${startCommand()}: ${stack.stack}`,
    logs: fileLogSource(workspaceRoot, stack.stack, logFolder),
    async look(): Promise<StackLook> {
      const { services, specs, problem } = await readPlan();
      const names = sortByDependency(services);
      const looks = await Promise.all(
        names.map((name) =>
          lookAt(
            services.find((service) => service.name === name)!,
            specs.find((spec) => spec.name === name),
          ),
        ),
      );
      const running = looks.filter((look) => 'journal' in look);
      const pageServices = looks.map(({ service }) => service);
      const missing = pageServices.filter(({ state }) => state === 'absent').map(({ name }) => name);
      const findings = looks.flatMap((look) => ('findings' in look ? (look.findings ?? []) : []));
      return {
        isReady: running.length > 0 && running.every(({ service }) => service.state === 'ready'),
        findings: worstFirst([
          ...(problem === undefined ? [] : [brokenWorkspace(problem)]),
          ...notRunning(missing, running.length, option),
          ...findings,
        ]),
        services: pageServices,
        databases: running.flatMap(({ service, database }) =>
          database === undefined ? [] : [pageDatabase(service.name, database)],
        ),
        edges: edgesOf(services, scrapes),
        starts: running
          .flatMap(({ service, journal }) => startsOf(service.name, journal))
          .sort(newestFirst)
          .slice(0, MOST_STARTS),
      };
    },
    async environment(name) {
      const { specs, services } = await readPlan();
      const spec = specs.find((known) => known.name === name);
      const local = services.find((service) => service.name === name);
      return spec && environmentKeys(workspaceRoot, spec, 'local', local?.environment);
    },
    async act({ kind, service }: PageAction, signal) {
      const control = stack.control ?? controlService;
      const options = { action: kind, timeout: ACTION_S, ...(stack.stack === undefined ? {} : { stack: stack.stack }) };
      await control(workspaceRoot, service, options, { report: SILENT, signal });
      // Its journal is written a moment later.
      await sleep(50);
    },
    close: () => Promise.resolve(),
  };
}

/** Whoever pressed the button sees what became of it. */
const SILENT: Reporter = { event: () => undefined, block: () => undefined, end: () => undefined };

function hideSecrets(specs: ServiceSpec[], services: LocalService[]): void {
  for (const { name, keys } of specs) {
    const environment = services.find((service) => service.name === name)?.environment ?? {};
    for (const key of keys) {
      const value = environment[key.name];
      if (key.secret && value !== undefined) hideValue(key.name, value);
    }
  }
}

function absent(name: string): PageService {
  return { name, state: 'absent', detail: 'not started', failingChecks: [], actions: [] };
}

const STAGES = { database: 'starting its database', build: 'building', migrate: 'migrating', start: 'starting' };

function describe(
  { name, url }: LocalService,
  { state, since, pid }: ServiceJournal,
  {
    answer,
    scrapes,
    isUp,
  }: { answer: Awaited<ReturnType<typeof askService>> | undefined; scrapes: Scrapes; isUp: boolean },
): PageService {
  const traffic = isUp ? scrapes.traffic() : undefined;
  const pool = isUp ? scrapes.pool() : undefined;
  const failingChecks = answer?.failingChecks ?? [];
  const { shown, detail } = pageState(state, answer?.silence === undefined && failingChecks.length === 0);
  return {
    name,
    state: shown,
    ...(detail === undefined ? {} : { detail }),
    since,
    url,
    ...(pid === undefined || !isUp ? {} : { pid }),
    failingChecks,
    ...(traffic === undefined ? {} : { traffic }),
    ...(pool === undefined ? {} : { pool }),
    actions: state.phase === 'stopped' ? ['start'] : ['restart', 'stop'],
  };
}

function pageState(state: ServiceState, isWell: boolean): { shown: PageState; detail?: string } {
  switch (state.phase) {
    case 'ready':
      return isWell ? { shown: 'ready' } : { shown: 'failed', detail: 'not ready' };
    case 'stopped':
      return { shown: 'stopped', detail: 'stopped' };
    case 'starting':
      return { shown: 'waiting', detail: state.stage === undefined ? 'starting' : STAGES[state.stage] };
    case 'failed':
      return { shown: 'failed', detail: state.code.replaceAll('-', ' ') };
  }
}

function pageDatabase(
  service: string,
  { name, look }: { name: string; look: Awaited<ReturnType<typeof probeDatabase>> },
): PageDatabase {
  const { state } = look;
  if (look.state === 'failed') return { name, service, state, detail: look.detail };
  const { sizeBytes, connections, migrations, transactions } = look;
  return {
    name,
    service,
    state,
    sizeBytes,
    connections,
    transactions,
    ...(migrations === undefined ? {} : { migrations }),
  };
}

/** Declared calls with what was seen of them, and calls that were seen and are not declared. */
function edgesOf(services: LocalService[], scrapes: Map<string, Scrapes>): PageEdge[] {
  return services.flatMap(({ name, calls, database }) => {
    const seen = scrapes.get(name)?.calls() ?? new Map<string, never>();
    const declared = [...calls, ...(database === undefined ? [] : ['database'])];
    const all = [...new Set([...declared, ...seen.keys()])];
    return all.map((to) => ({
      from: name,
      to: to === 'database' ? `${name}-db` : to,
      isDeclared: declared.includes(to),
      ...seen.get(to),
    }));
  });
}

function brokenWorkspace(problem: string): PageFinding {
  const [message = '', ...details] = problem.split('\n');
  return { code: 'workspace-broken', severity: 'error', who: 'workspace', message, details };
}

function notRunning(missing: string[], running: number, option: string): PageFinding[] {
  if (missing.length === 0) return [];
  const start = startCommand(...(option === '' ? [] : [option.trim()]));
  if (running === 0)
    return [
      {
        code: 'not-running',
        severity: 'error',
        who: 'stack',
        message: 'no service runs on this machine',
        details: [],
        command: start,
      },
    ];
  return [
    {
      code: 'not-started',
      severity: 'warning',
      who: missing.join(', '),
      message: 'not started',
      details: [],
      command: start,
    },
  ];
}

/** Errors before warnings; else as they came: causes before effects. */
function worstFirst(findings: PageFinding[]): PageFinding[] {
  const rank = { error: 0, warning: 1 };
  return findings.toSorted((a, b) => rank[a.severity] - rank[b.severity]);
}

function startsOf(service: string, { starts }: ServiceJournal): PageStart[] {
  return starts.map((start) => ({ service, ...start }));
}

function newestFirst(a: PageStart, b: PageStart): number {
  return a.at < b.at ? 1 : -1;
}

/** The end of a log file; empty where there is none. */
async function tail(file: string): Promise<string> {
  try {
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      const from = Math.max(0, size - TAIL_BYTES);
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(size - from), 0, size - from, from);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}
