import { startCommand } from '../../util/commands.ts';
import type { ServiceState } from '../../dev/local/service-journal.ts';
import type { LocalFacts } from './local-facts.ts';
import type { PageFinding } from './page-types.ts';
import type { DatabaseLook } from './probe-database.ts';
import { transactionFinding } from './transaction-finding.ts';
import { wordsIn } from './words-in.ts';

/** What is wrong with the database of a service. */
export function databaseFindings({ database, service, journal, stackOption }: LocalFacts): PageFinding[] {
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
      command: startCommand(...wordsIn(stackOption)),
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

/** A first start has no database yet. */
function isBeforeDatabase(state: ServiceState): boolean {
  return state.phase === 'starting' && (state.stage === undefined || state.stage === 'database');
}
