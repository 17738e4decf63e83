import { readContracts } from '../contract/read-contracts.ts';
import type { Environment } from '../contract/resolve-environments.ts';
import { freePorts } from './free-ports.ts';
import type { LocalService } from './local-service.ts';
import { readLocalSecrets, writeLocalSecrets } from './local-secrets.ts';
import { planServices } from './plan-services.ts';
import { withLock } from './with-lock.ts';
import { join } from 'node:path';

/** Says what every service is and needs, now; called again after an edit of an environment. */
export type Plan = () => Promise<LocalService[]>;

/** The addresses that the services declare; their secrets are read from and written to `apps/X/.env`. */
export function defaultPlan(workspaceRoot: string, dataDir: string): Plan {
  return async () => {
    const contracts = await readContracts(workspaceRoot);
    // Two runs at first start would make up two values for one key.
    return withLock(join(dataDir, 'secrets.lock'), async () => {
      const known = await readLocalSecrets(workspaceRoot, dataDir, contracts);
      const { services, environments } = planServices(contracts, known, dataDir);
      await writeLocalSecrets(workspaceRoot, dataDir, contracts, environments);
      return services;
    });
  };
}

/** Ports that nobody uses, secrets that nobody knows, nothing of the workspace read or written but its sources. */
export function ephemeralPlan(workspaceRoot: string, dataDir: string): Plan {
  let known: Record<string, Environment> | undefined;
  return async () => {
    const contracts = await readContracts(workspaceRoot);
    if (known === undefined) {
      const ports = await freePorts(contracts.length * 3);
      const take = () => ports.pop() ?? 0;
      known = Object.fromEntries(contracts.map(({ name }) => [name, { PORT: String(take()), MANAGEMENT_PORT: String(take()) }]));
      const databasePorts = Object.fromEntries(contracts.map(({ name }) => [name, take()]));
      known = planServices(contracts, known, dataDir, databasePorts).environments;
    }
    return planServices(contracts, known, dataDir).services;
  };
}
