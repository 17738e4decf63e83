import type { LocalFacts } from './local-facts.ts';
import type { PageFinding } from './page-types.ts';
import { startFailure } from './start-failure.ts';

/** A start that takes longer is a finding, s. */
const LONG_START_S = 20;

/** What is wrong with the process of a service. */
export function stateFindings({ service, journal, answer, stackOption }: LocalFacts): PageFinding[] {
  const { state, since, pid } = journal;
  const base: Pick<PageFinding, 'severity' | 'who' | 'details'> = { severity: 'error', who: service.name, details: [] };
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
      return [{ ...base, ...startFailure(state), ...again, command: logs }];
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
