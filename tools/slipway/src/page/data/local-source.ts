import { setTimeout as sleep } from 'node:timers/promises';
import { describeError, UserError } from '@slipway/util/errors';
import { hideValue } from '@slipway/util/secret-mask';
import type { controlService } from '../../dev/local/control-service.ts';
import { stackOption as optionOf } from '../../dev/local/local-data-dir.ts';
import type { LocalService } from '../../dev/local/local-service.ts';
import { readJournal, type ServiceJournal } from '../../dev/local/service-journal.ts';
import { fileLogSource } from '../../operate/logs/file-log-source.ts';
import { localLogFile } from '../../operate/logs/local-log-file.ts';
import { recentFailures } from '../../operate/status/recent-failures.ts';
import { sortByDependency } from '../../services/dependency-order.ts';
import { collectServiceSpecs } from '../../services/read-services.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { startCommand } from '../../util/commands.ts';
import { askService } from './ask-service.ts';
import { describeDatabase } from './describe-database.ts';
import { absent, describeService } from './describe-service.ts';
import { environmentKeys } from './environment-keys.ts';
import { localAct } from './local-actions.ts';
import { localFindings } from './local-findings.ts';
import type { PageSource, StackLook } from './page-source.ts';
import { pageEdges } from './page-edges.ts';
import type { PageStart } from './page-types.ts';
import { probeDatabase } from './probe-database.ts';
import { readTail } from './read-tail.ts';
import { createScrapes, type Scrapes } from './scrapes.ts';
import { hasSeed } from './seed-stack.ts';
import { stackFindings } from './stack-findings.ts';
import { worstFirst } from './worst-first.ts';

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

const FAILURES_MS = 60_000;
const MOST_STARTS = 40;
/** How often a view asks a process how it is, s. */
const LOOK_S = 2;
/** How long the plan of the services is taken for true, ms. */
const PLAN_MS = 10_000;

/** The stack that `npm start` runs on this machine. */
export function localSource(stack: LocalStack): PageSource {
  const { workspaceRoot, dataDir, logFolder } = stack;
  const scrapes = new Map<string, Scrapes>();
  const stackOption = optionOf(stack.stack);
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
    const service = describeService(local, journal, { answer, scrapes: own, isUp });
    const failures =
      (service.traffic?.errorShare ?? 0) === 0
        ? []
        : recentFailures(
            await readTail(localLogFile(workspaceRoot, logFolder, name).current),
            Date.now() - FAILURES_MS,
          );
    const looked =
      database === undefined || probe === undefined
        ? undefined
        : { name: `${name}-db`, address: `127.0.0.1:${database.port}`, look: probe };
    const findings = localFindings({
      service,
      journal,
      failures,
      stackOption,
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
          ...stackFindings({
            missing,
            running: running.length,
            stackOption,
            ...(problem === undefined ? {} : { problem }),
          }),
          ...findings,
        ]),
        services: pageServices,
        databases: running.flatMap(({ service, database }) =>
          database === undefined ? [] : [describeDatabase(service.name, database)],
        ),
        edges: pageEdges(
          services.map(({ name, calls, database }) => ({ name, calls, hasDatabase: database !== undefined })),
          scrapes,
        ),
        starts: running
          .flatMap(({ service, journal }) => startsOf(service.name, journal))
          .sort(newestFirst)
          .slice(0, MOST_STARTS),
        actions: running.length > 0 && hasSeed(workspaceRoot) ? ['seed'] : [],
      };
    },
    async environment(name) {
      const { specs, services } = await readPlan();
      const spec = specs.find((known) => known.name === name);
      const local = services.find((service) => service.name === name);
      return spec && environmentKeys(workspaceRoot, spec, 'local', local?.environment);
    },
    async details(name) {
      const { services } = await readPlan();
      const local = services.find((service) => service.name === name);
      if (local === undefined) return undefined;
      const { state, since, pid } = readJournal(dataDir, name) ?? {};
      const isUp = state !== undefined && pid !== undefined && state.phase !== 'stopped';
      return {
        instances: isUp
          ? [
              {
                name: `process ${pid}`,
                state: state.phase === 'ready' ? 'ready' : 'failed',
                ...(since && { startedAt: since }),
              },
            ]
          : [],
        revisions: [],
        probes:
          local.readyRoute === undefined
            ? []
            : [{ kind: 'readiness', what: `GET ${local.readyRoute}`, everyS: LOOK_S }],
      };
    },
    deploys: () => Promise.resolve({ deploys: [], revisions: [] }),
    diff: () =>
      Promise.reject(
        new UserError('processes have no objects to compare: each save is live', {
          hint: 'the page of a cluster compares: npx nx run deploy:ui --kind',
        }),
      ),
    async act(action, signal, note) {
      await localAct({ ...stack, services: async () => (await readPlan()).services }, action, { signal, note });
      // Its journal is written a moment later.
      await sleep(50);
    },
    close: () => Promise.resolve(),
  };
}

function hideSecrets(specs: ServiceSpec[], services: LocalService[]): void {
  for (const { name, keys } of specs) {
    const environment = services.find((service) => service.name === name)?.environment ?? {};
    for (const key of keys) {
      const value = environment[key.name];
      if (key.secret && value !== undefined) hideValue(key.name, value);
    }
  }
}

function startsOf(service: string, { starts }: ServiceJournal): PageStart[] {
  return starts.map((start) => ({ service, ...start }));
}

function newestFirst(a: PageStart, b: PageStart): number {
  return a.at < b.at ? 1 : -1;
}
