import { GENERATED } from '../../services/secrets/generated-folder.ts';
import type { DatabaseLogin } from '../../services/database-login.ts';
import type { Environment } from '../../services/resolve-environments.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { databaseName } from '../defaults/database.ts';
import { labelsOf, SECRET_ANNOTATION } from '../../kubernetes/labels.ts';
import { yamlText } from './yaml-text.ts';
import { secretManifest } from './secret-manifest.ts';
import { textHash } from '../../util/text-hash.ts';
import { known } from '../../util/known.ts';
import { secretNames } from '../defaults/secret-names.ts';

/** The Secrets that belong to one service, by name. `database`: the login that a new volume is made with. */
export function secretsOf(
  { name, keys, hasDatabase }: ServiceSpec,
  environment: Environment,
  database: DatabaseLogin | undefined,
): Record<string, Environment> {
  const own: Environment = {};
  for (const { name: key, optional } of keys.filter(({ secret }) => secret))
    if (optional !== true || key in environment) own[key] = known(environment, key);
  if (!hasDatabase) return { [name]: own };
  if (database === undefined) throw new Error(`no login is known of the database of ${name}`);
  return { [name]: own, [databaseName(name)]: databaseSecret(database) };
}

/** The Secret of a database. */
export function databaseSecret({ user, password }: DatabaseLogin): Environment {
  return { POSTGRES_USER: user, POSTGRES_PASSWORD: password };
}

/**
 * The Component's part that follows the secrets: a manifest for each Secret of `service`, and the hash that makes new
 * pods of changed values. Write them with mode PRIVATE.
 */
export function secretFiles(stack: string, service: string, secrets: Record<string, Environment>): Map<string, string> {
  const files = new Map<string, string>();
  for (const [name, values] of Object.entries(secrets)) {
    const metadata = { name, namespace: stack, labels: labelsOf(stack, service, name) };
    files.set(`${GENERATED}/${secretFile(name)}`, secretManifest(metadata, values));
  }
  return files.set(
    `${GENERATED}/${podsPatch(service)}`,
    yamlText({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: service },
      spec: { template: { metadata: { annotations: { [SECRET_ANNOTATION]: hashOf(known(secrets, service)) } } } },
    }),
  );
}

/** File, in the Component, with the manifest of a Secret. */
export function secretFile(secret: string): string {
  return `${secret}.secret.json`;
}

/** File, in the Component, with the patch that carries the hash of the service's Secret. */
export function podsPatch(service: string): string {
  return `${service}.pods.yaml`;
}

/** The files, relative to the workspace, that hold the services' secrets. */
export function secretPaths(serviceSpecs: ServiceSpec[]): string[] {
  return serviceSpecs.flatMap(secretNames).map((secret) => `${GENERATED}/${secretFile(secret)}`);
}

/** Says whether two environments are the same, and nothing about their values. */
export function hashOf(values: Environment): string {
  const entries = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  return textHash(JSON.stringify(entries));
}
