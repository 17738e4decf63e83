import { join } from 'node:path';
import { withLock } from '@slipway/util/lock';
import { readServiceSpecs } from '../../services/read-services.ts';
import type { Environment } from '../../services/resolve-environments.ts';
import { portKeys } from '../../services/port-keys.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { PRIVATE, replaceFile } from '../../util/files/write-files.ts';
import { freePorts } from './free-ports.ts';
import { LOCAL_DATA, readLocalSecrets, writeLocalSecrets } from './local-secrets.ts';
import type { LocalService } from './local-service.ts';
import { mergeEnvFile } from './merge-env-file.ts';
import { readMovedPorts, withMovedPorts } from './moved-ports.ts';
import { planServices } from './plan-services.ts';
import { startCommand } from '../../util/commands.ts';

/** Says what every service is and needs, now; called again after an edit of an environment. */
export type Plan = () => Promise<LocalService[]>;

/**
 * The addresses that the services declare, but for ports that were moved (moved-ports.ts); their secrets are read from and
 * written to `apps/X/.env`.
 */
export function defaultPlan(workspaceRoot: string, dataDir: string): Plan {
  return async () => {
    const serviceSpecs = await readServiceSpecs(workspaceRoot);
    // Two runs at first start would make up two values for one key.
    const work = async () => {
      const known = await readLocalSecrets(workspaceRoot, serviceSpecs);
      const { services, environments } = planServices(serviceSpecs, known, dataDir);
      await writeLocalSecrets(workspaceRoot, serviceSpecs, environments);
      return withMovedPorts(services, await readMovedPorts(dataDir));
    };
    // Stacks of other names write the same files.
    return withLock(join(workspaceRoot, LOCAL_DATA, 'secrets.lock'), work, {
      command: startCommand(),
      timeoutMs: 10_000,
    });
  };
}

/** The same for readers: writes nothing and takes no lock. Generates, once, the values that no file holds yet. */
export function readingPlan(workspaceRoot: string, dataDir: string): Plan {
  let remembered: Record<string, Environment> = {};
  return async () => {
    const serviceSpecs = await readServiceSpecs(workspaceRoot);
    const held = await readLocalSecrets(workspaceRoot, serviceSpecs);
    const known = Object.fromEntries(serviceSpecs.map(({ name }) => [name, { ...remembered[name], ...held[name] }]));
    const { services, environments } = planServices(serviceSpecs, known, dataDir);
    remembered = secretsOf(serviceSpecs, environments);
    return withMovedPorts(services, await readMovedPorts(dataDir));
  };
}

/** Free ports and new secrets; reads only the sources of the workspace, and writes nothing to it. */
export function ephemeralPlan(workspaceRoot: string, dataDir: string): Plan {
  let known: Record<string, Environment> | undefined;
  return async () => {
    const serviceSpecs = await readServiceSpecs(workspaceRoot);
    known ??= await generate(serviceSpecs, dataDir);
    const services = planServices(serviceSpecs, known, dataDir).services.map((service) => ({
      ...service,
      secretsFile: join(dataDir, service.name, 'secrets.env'),
    }));
    await writeCredentials(services);
    return services;
  };
}

/** A value is never printed, also not one that is thrown away: people read it where it lies. */
async function writeCredentials(services: LocalService[]): Promise<void> {
  for (const { name, credentials, environment, secretsFile } of services) {
    if (credentials.length === 0) continue;
    const values = Object.fromEntries(credentials.map((key) => [key, environment[key] ?? '']));
    const merged = mergeEnvFile('', values, `# To sign in to ${name}; gone when it stops.`);
    if ('text' in merged) await replaceFile(secretsFile, merged.text, PRIVATE);
  }
}

async function generate(serviceSpecs: ServiceSpec[], dataDir: string): Promise<Record<string, Environment>> {
  const free = await freePorts(serviceSpecs.length * 3);
  const take = () => free.pop() ?? 0;
  const each = <Value>(value: () => Value) => Object.fromEntries(serviceSpecs.map(({ name }) => [name, value()]));
  const ports = Object.fromEntries(
    serviceSpecs.map((spec) => [
      spec.name,
      Object.fromEntries(Object.values(portKeys(spec)).map((key) => [key, String(take())])),
    ]),
  );
  const { environments } = planServices(serviceSpecs, ports, dataDir, each(take));
  // Only what was made up is fixed; the rest follows config.ts.
  const secrets = secretsOf(serviceSpecs, environments);
  return Object.fromEntries(serviceSpecs.map(({ name }) => [name, { ...secrets[name], ...ports[name] }]));
}

function secretsOf(
  serviceSpecs: ServiceSpec[],
  environments: Record<string, Environment>,
): Record<string, Environment> {
  return Object.fromEntries(
    serviceSpecs.map(({ name, keys }) => {
      const secrets = keys.filter((key) => key.secret).map((key) => [key.name, environments[name]?.[key.name] ?? '']);
      return [name, Object.fromEntries(secrets) as Environment];
    }),
  );
}
