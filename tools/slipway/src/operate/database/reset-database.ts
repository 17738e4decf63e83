import { UserError } from '@slipway/util/errors';
import { readServiceSpecs } from '../../services/read-services.ts';
import { requireOwnNamespace } from '../../deploy/namespace/claim-namespace.ts';
import { openCluster } from '../../kubernetes/client/open-cluster.ts';
import { contextName, kindCluster, nxCommand } from '../../kubernetes/client/target.ts';
import { deploy } from '../../deploy/deploy.ts';
import type { Session } from '../../deploy/context/deploy-context.ts';
import { allSucceeded } from '../../services/run-in-dependency-order.ts';
import type { Settings } from '../../util/workspace/settings.ts';
import { requireDevelopmentCluster } from './require-development-cluster.ts';
import { databaseClaims } from '../../deploy/stages/empty-database.ts';

export type ResetOptions = {
  /** Longest wait for each of its parts, seconds. */
  timeout: number;
  context?: string;
};

/** `ask` resolves once it is agreed to what it is given, and throws otherwise. */
export type ResetSession = Session & { ask: (what: string) => Promise<void> };

/**
 * Empties the database of one service on a kind cluster: a deploy of this checkout's service that deletes the volume once
 * everything is built and checked. Resolves with whether it is ready. Throws UserError before anything is touched where
 * the cluster is not kind's, the service has no database there, or the user does not agree.
 */
export async function resetDatabase(session: ResetSession, service: string, options: ResetOptions): Promise<boolean> {
  const { settings, ask } = session;
  const serviceSpec = (await readServiceSpecs(settings.workspaceRoot)).find(({ name }) => name === service);
  if (serviceSpec?.hasDatabase !== true)
    throw new UserError(`${service} declares no postgres() key: it has no database`);
  await ask(await describeReset(settings, service, contextName(settings.cluster, options.context)));
  const { services } = await deploy(session, [service], { ...options, force: true, emptyDatabases: true });
  return allSucceeded(services);
}

/** What is going to be lost. Throws where nothing may be. */
async function describeReset(settings: Settings, service: string, context: string): Promise<string> {
  if (kindCluster(context) === undefined) throw otherCluster(`context "${context}" is not a kind cluster`);
  const { stack } = settings;
  const api = await openCluster(context);
  try {
    await requireDevelopmentCluster(api, otherCluster);
    await requireOwnNamespace(api, settings);
    const claims = await databaseClaims(api, stack, service);
    if (claims.length === 0) {
      throw new UserError(`${service} has no volume in namespace ${stack} of ${context}: there is nothing to empty`, {
        hint: nxCommand(settings, context, `run ${service}:deploy-kind`),
      });
    }
    return `This deletes all data of ${service} in namespace ${stack} of ${context}: volume ${claims.join(', ')}.`;
  } finally {
    await api.close();
  }
}

function otherCluster(reason: string): UserError {
  return new UserError(`${reason}, and a database is emptied on development clusters alone: nothing was touched`, {
    hint: 'docs/runbook.md describes the steps if the data must stay',
  });
}
