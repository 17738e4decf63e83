import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isPortFree } from '../../util/is-port-free.ts';
import type { LocalService } from './local-service.ts';
import { portHolder } from './port-holder.ts';

/** A port that a service cannot have; `holder`: who has it, for people. */
export type PortConflict = {
  service: string;
  key: string;
  port: number;
  holder: string;
};

type Wanted = { service: LocalService; host: string; key: PortConflict['key']; port: number };

function wantedPorts(services: LocalService[]): Wanted[] {
  return services.flatMap((service): Wanted[] => [
    ...service.ports.map(({ key, port }) => ({ service, host: service.host, key, port })),
    ...(service.database === undefined
      ? []
      : [{ service, host: '127.0.0.1', key: 'DATABASE_URL' as const, port: service.database.port }]),
  ]);
}

/** One line for each port that cannot be one, or that two of the services share. */
export function portProblems(services: LocalService[]): string[] {
  const wanted = wantedPorts(services);
  return wanted.flatMap(({ service: { name, root }, key, port }, index) => {
    const hint = `set another in ${root}/.env (${key})`;
    if (!Number.isInteger(port) || port < 1 || port > 65_535) return [`${name}: ${key} holds no usable port: ${hint}`];
    const twin = wanted.slice(0, index).find((other) => other.port === port);
    return twin === undefined
      ? []
      : [`${name} and ${twin.service.name} both want port ${port} (${key}, ${twin.key}): ${hint}`];
  });
}

/** The ports that other programs have. */
export async function findPortConflicts(services: LocalService[]): Promise<PortConflict[]> {
  const looks = wantedPorts(services).map(async ({ service, host, key, port }): Promise<PortConflict[]> => {
    // A server of ours that is still going down has left its lock file: starting the next one waits for it.
    const { database } = service;
    const isOfDatabase = database !== undefined && key === 'DATABASE_URL';
    if (isOfDatabase && existsSync(join(database.dir, 'postmaster.pid'))) return [];
    if (await isPortFree(port, host)) return [];
    return [{ service: service.name, key, port, holder: (await portHolder(port)) ?? 'another program' }];
  });
  return (await Promise.all(looks)).flat();
}
