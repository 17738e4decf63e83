import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isPortFree } from './is-port-free.ts';
import type { LocalService } from './local-service.ts';
import { portHolder } from './port-holder.ts';

/** One line for each port that a service needs and someone else has, or that two of the services share. */
export async function findPortConflicts(services: LocalService[]): Promise<string[]> {
  const wanted = services.flatMap(({ name, root, host, ports, database }) => [
    ...ports.map(({ key, port }) => ({ name, root, host, key, port })),
    // A server of ours that is still going down has left its lock file: starting the next one waits for it.
    ...(database === undefined || existsSync(join(database.dir, 'postmaster.pid'))
      ? []
      : [{ name, root, host: '127.0.0.1', key: 'DATABASE_URL', port: database.port }]),
  ]);
  const lines = wanted.map(async ({ name, root, host, key, port }, index) => {
    const hint = `set another in ${root}/.env (${key})`;
    if (!Number.isInteger(port) || port < 1 || port > 65_535) return `${name}: ${key} holds no usable port: ${hint}`;
    const twin = wanted.slice(0, index).find((other) => other.port === port);
    if (twin !== undefined) return `${name} and ${twin.name} both want port ${port} (${key}, ${twin.key}): ${hint}`;
    if (await isPortFree(port, host)) return [];
    return `${name} needs port ${port} (${key}), taken by ${(await portHolder(port)) ?? 'another program'}: stop that, or ${hint}`;
  });
  return (await Promise.all(lines)).flat();
}
