import { join } from 'node:path';
import { credentialKeys } from '../../services/credential-keys.ts';
import { loginOf } from '../../services/database-login.ts';
import { resolveEnvironments, type Environment, type EnvironmentTarget } from '../../services/resolve-environments.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import type { LocalService } from './local-service.ts';
import { portKeys } from '../../services/port-keys.ts';
import { declaredValue } from '../../services/declared-value.ts';
import { databaseKey } from '../../services/database-key.ts';

/** What every embedded server has from the start; a service has the server to itself. */
const databaseName = 'postgres';

/**
 * Every service as a process of this machine, in a place where `known` holds what is fixed already. `databasePorts`
 * overrides the port that is derived from the service's own.
 */
export function planServices(
  serviceSpecs: ServiceSpec[],
  known: Record<string, Environment>,
  dataDir: string,
  databasePorts: Record<string, number> = {},
): { services: LocalService[]; environments: Record<string, Environment> } {
  const portOf = (name: string) => {
    const spec = serviceSpecs.find((serviceSpec) => serviceSpec.name === name);
    return known[name]?.[portKeys(spec ?? {}).http] ?? declaredPort(serviceSpecs, name);
  };
  const place: EnvironmentTarget = {
    local: true,
    serviceUrl: (name) => `http://127.0.0.1:${portOf(name)}`,
    databaseUrl: (name, { user, password }) => {
      const port = databasePorts[name] ?? 54_300 + Number(declaredPort(serviceSpecs, name)) - 3000;
      return `postgres://${user}:${password}@127.0.0.1:${port}/${databaseName}`;
    },
  };
  const environments = resolveEnvironments(serviceSpecs, place, known);
  const services = serviceSpecs.map((serviceSpec): LocalService => {
    const { name, root, configFile, calls, keys, http, build, run } = serviceSpec;
    const environment = environments[name] ?? {};
    const host = environment.HOST || '127.0.0.1';
    const reach = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    const { http: port, management } = portKeys(serviceSpec);
    const ports = [port, ...(management === undefined ? [] : [management])];
    const readyRoute = http === undefined ? '/healthz/ready' : http.ready;
    const urlKey = databaseKey(keys)?.name;
    const database = urlKey === undefined ? undefined : embeddedDatabase(name, environment[urlKey]);
    return {
      name,
      root,
      configFile,
      calls,
      environment,
      host,
      ports: ports.map((key) => ({ key, port: Number(environment[key]) })),
      url: `http://${reach}:${environment[port]}`,
      managementUrl: `http://${reach}:${environment[management ?? port]}`,
      ...(readyRoute === undefined ? {} : { readyRoute }),
      ...(build === undefined ? {} : { build }),
      ...(run === undefined ? {} : { run }),
      ...(database === undefined || urlKey === undefined
        ? {}
        : { database: { ...database, dir: join(dataDir, name, 'postgres'), databaseKey: urlKey } }),
      credentials: credentialKeys(keys),
      secretsFile: `${root}/.env`,
    };
  });
  return { services, environments };
}

function declaredPort(serviceSpecs: ServiceSpec[], name: string): string {
  const spec = serviceSpecs.find((serviceSpec) => serviceSpec.name === name);
  const key = spec?.keys.find((key) => key.name === portKeys(spec).http);
  return (key && declaredValue(key, 'local')) ?? '';
}

/** A URL of the shape that is made above is a server of ours, on whatever port; any other is the user's own. */
function embeddedDatabase(name: string, url: string | undefined) {
  const login = loginOf(url);
  if (url === undefined || login === undefined) return undefined;
  const { hostname, port, pathname } = new URL(url);
  if (hostname !== '127.0.0.1' || login.user !== name || pathname !== `/${databaseName}`) return undefined;
  return { port: Number(port || 5432), ...login };
}
