import type { LocalService } from '../../dev/local/local-service.ts';
import type { ServiceJournal, ServiceState } from '../../dev/local/service-journal.ts';
import type { ServiceAnswer } from './ask-service.ts';
import type { PageService, PageState } from './page-types.ts';
import type { Scrapes } from './scrapes.ts';

/** A service that no run has. */
export function absent(name: string): PageService {
  return { name, state: 'absent', detail: 'not started', failingChecks: [], actions: [] };
}

const STAGES = { database: 'starting its database', build: 'building', migrate: 'migrating', start: 'starting' };

type Looked = { answer: ServiceAnswer | undefined; scrapes: Scrapes; isUp: boolean };

/** A service of this machine, of which a run has written its journal. */
export function describeService(
  { name, url, managementUrl, database }: LocalService,
  { state, since, pid }: ServiceJournal,
  { answer, scrapes, isUp }: Looked,
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
    actions: [
      ...(state.phase === 'stopped' ? (['start'] as const) : (['restart', 'stop'] as const)),
      ...(database === undefined ? [] : (['reset'] as const)),
      ...(isUp && managementUrl !== url ? (['log-level'] as const) : []),
    ],
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
