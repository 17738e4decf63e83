import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJson } from '@slipway/util/json';
import { freePorts } from './free-ports.ts';
import type { LocalService } from './local-service.ts';
import type { PortConflict } from './port-conflicts.ts';
import { known } from '../../util/known.ts';

/** Ports that a service has in place of those that are declared, by key: `{ order: { PORT: 21034 } }`. */
export type MovedPorts = Record<string, Partial<Record<PortConflict['key'], number>>>;

/** Beside the data: other commands, and other runs of this stack, have to find its services too. */
const FILE = 'ports.json';

export async function readMovedPorts(dataDir: string): Promise<MovedPorts> {
  const text = await readFile(join(dataDir, FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  return parseJson(text, join(dataDir, FILE));
}

/** Puts these services' ports in place of what was noted of them. */
export async function writeMovedPorts(dataDir: string, names: string[], moved: MovedPorts): Promise<void> {
  const others = Object.entries(await readMovedPorts(dataDir)).filter(([name]) => !names.includes(name));
  await mkdir(dataDir, { recursive: true });
  await writeFile(join(dataDir, FILE), `${JSON.stringify({ ...Object.fromEntries(others), ...moved })}\n`);
}

/** A free port for each that is taken. */
export async function moveAway(conflicts: PortConflict[]): Promise<MovedPorts> {
  const free = await freePorts(conflicts.length);
  const moved: MovedPorts = {};
  for (const [index, port] of free.entries()) {
    const conflict = conflicts[index];
    if (conflict !== undefined) (moved[conflict.service] ??= {})[conflict.key] = port;
  }
  return moved;
}

/** The services with these ports, and with their callers' addresses of them. */
export function withMovedPorts(services: LocalService[], moved: MovedPorts): LocalService[] {
  const own = services.map((service) => ({ old: service, now: moveService(service, moved[service.name] ?? {}) }));
  const newUrls = new Map(own.map(({ old, now }) => [old.url, now.url]));
  return own.map(({ now }) => {
    const entries = Object.entries(now.environment).map(([key, value]) => [key, newUrls.get(value) ?? value] as const);
    return { ...now, environment: Object.fromEntries(entries) };
  });
}

function moveService(service: LocalService, moved: MovedPorts[string]): LocalService {
  const { DATABASE_URL } = moved;
  const [portKey = 'PORT', managementKey = portKey] = service.ports.map(({ key }) => key);
  const { [portKey]: port, [managementKey]: managed } = moved;
  const { databaseKey } = service.database ?? {};
  const environment = { ...service.environment };
  for (const { key } of service.ports) if (moved[key] !== undefined) environment[key] = String(moved[key]);
  if (databaseKey !== undefined && DATABASE_URL !== undefined)
    environment[databaseKey] = withPort(known(environment, databaseKey), DATABASE_URL);
  return {
    ...service,
    environment,
    ports: service.ports.map(({ key, port }) => ({ key, port: moved[key] ?? port })),
    url: port === undefined ? service.url : withPort(service.url, port),
    managementUrl: managed === undefined ? service.managementUrl : withPort(service.managementUrl, managed),
    ...(service.database === undefined
      ? {}
      : { database: { ...service.database, port: DATABASE_URL ?? service.database.port } }),
  };
}

/** The URL with another port; the rest of its text does not change. */
function withPort(url: string, port: number): string {
  return url.replace(/:\d+(?=\/|$)/, `:${port}`);
}
