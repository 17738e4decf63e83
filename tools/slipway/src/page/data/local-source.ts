import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '@slipway/util/errors';
import { stackOption as optionOf } from '../../dev/local/local-data-dir.ts';
import type { LocalService } from '../../dev/local/local-service.ts';
import { readJournal, type ServiceJournal } from '../../dev/local/service-journal.ts';
import { fileLogSource } from '../../operate/logs/file-log-source.ts';
import { sortByDependency } from '../../services/dependency-order.ts';
import { startCommand } from '../../util/commands.ts';
import { describeDatabase } from './describe-database.ts';
import { environmentKeys } from './environment-keys.ts';
import { localAct } from './local-actions.ts';
import { createPlanReader } from './local-plan.ts';
import type { LocalStack } from './local-stack.ts';
import { lookAtService, type ServiceLook } from './look-at-service.ts';
import type { PageSource, StackLook } from './page-source.ts';
import { pageEdges } from './page-edges.ts';
import type { PageStart } from './page-types.ts';
import { createScrapes, type Scrapes } from './scrapes.ts';
import { hasSeed } from './seed-stack.ts';
import { stackFindings } from './stack-findings.ts';
import { worstFirst } from './worst-first.ts';

const MOST_STARTS = 40;
/** How often a view asks a process how it is, s. */
const LOOK_S = 2;

/** The stack that `npm start` runs on this machine. */
export function localSource(stack: LocalStack): PageSource {
  const { workspaceRoot, dataDir, logFolder } = stack;
  const scrapes = new Map<string, Scrapes>();
  const readPlan = createPlanReader(stack);

  const lookAt = async (service: LocalService): Promise<ServiceLook> => {
    const own = scrapes.get(service.name) ?? createScrapes();
    const look = await lookAtService(stack, service, own);
    if (look.running !== undefined) scrapes.set(service.name, own);
    return look;
  };

  return {
    place: 'processes',
    workspaceRoot,
    ...(stack.runsFolder === undefined ? {} : { runsFolder: stack.runsFolder }),
    title: stack.stack === undefined ? startCommand() : `${startCommand()}: ${stack.stack}`,
    logs: fileLogSource(workspaceRoot, stack.stack, logFolder),
    async look(): Promise<StackLook> {
      const { services, problem } = await readPlan();
      const order = sortByDependency(services);
      const looks = await Promise.all(
        services.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name)).map(lookAt),
      );
      const running = looks.flatMap(({ service, running: it }) => (it === undefined ? [] : [{ service, ...it }]));
      const pageServices = looks.map(({ service }) => service);
      return {
        isReady: running.length > 0 && running.every(({ service }) => service.state === 'ready'),
        findings: worstFirst([
          ...stackFindings({
            missing: pageServices.filter(({ state }) => state === 'absent').map(({ name }) => name),
            running: running.length,
            stackOption: optionOf(stack.stack),
            ...(problem === undefined ? {} : { problem }),
          }),
          ...looks.flatMap(({ findings }) => findings),
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

function startsOf(service: string, { starts }: ServiceJournal): PageStart[] {
  return starts.map((start) => ({ service, ...start }));
}

function newestFirst(a: PageStart, b: PageStart): number {
  return a.at < b.at ? 1 : -1;
}
