import type { DatabaseLogin } from '../../services/database-login.ts';
import { valueProblem } from '../../services/environment-value.ts';
import type { Environment } from '../../services/resolve-environments.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import type { Problem } from '../../util/problems/problem.ts';
import { ValidationError } from '../../util/problems/validation-error.ts';
import { databaseName } from '../defaults/database.ts';
import type { SecretData } from './read-secrets.ts';

/** What a stack's Secrets hold of what its services declare. */
export type DeclaredSecrets = {
  /** Service → the secret part of its environment. */
  environments: Record<string, Environment>;
  /** Service → the login that its database's own Secret holds. */
  databases: Record<string, DatabaseLogin>;
  /** Values that no process could get. */
  problems: Problem[];
};

/** Where a Secret lies, and how one gets rid of a value in it: for problems. */
export type SecretPlace = { file: (secret: string) => string; removal: (secret: string, key: string) => string };

/** Reads the declared keys of Secrets (name → values) as text. Keys that were added by hand do not change. */
export function declaredSecrets(
  serviceSpecs: ServiceSpec[],
  secrets: Record<string, SecretData>,
  place: SecretPlace,
): DeclaredSecrets {
  const declared: DeclaredSecrets = { environments: {}, databases: {}, problems: [] };
  const read = (secret: string, keys: string[]): Environment => {
    const held: Environment = {};
    for (const key of keys) {
      const value = secrets[secret]?.[key];
      if (value === undefined) continue;
      const message = valueProblem(key, value);
      if (message !== undefined)
        declared.problems.push({ file: place.file(secret), key, message, hint: place.removal(secret, key) });
      held[key] = value.toString();
    }
    return held;
  };
  for (const { name, keys, hasDatabase } of serviceSpecs) {
    const own = keys.filter(({ secret }) => secret).map((key) => key.name);
    declared.environments[name] = read(name, own);
    if (!hasDatabase) continue;
    // Secrets that were made before logins alternated name no user: it was the service's name.
    const { POSTGRES_USER: user = name, POSTGRES_PASSWORD: password } = read(databaseName(name), [
      'POSTGRES_USER',
      'POSTGRES_PASSWORD',
    ]);
    if (password !== undefined) declared.databases[name] = { user, password };
  }
  return declared;
}

/** The same of a stack's Secrets in the cluster. */
export function clusterSecrets(
  serviceSpecs: ServiceSpec[],
  secrets: Record<string, SecretData>,
  stack: ClusterStack,
): DeclaredSecrets {
  return declaredSecrets(serviceSpecs, secrets, clusterSecretPlace(stack));
}

/** A stack on the cluster of a kubeconfig context. */
type ClusterStack = { context: string; stack: string };

export function clusterSecretPlace({ context, stack }: ClusterStack): SecretPlace {
  return {
    file: (secret) => `Secret ${stack}/${secret}`,
    removal: (secret, key) =>
      `take it away, and the next deploy makes another: kubectl --context ${context} -n ${stack} patch secret ${secret} --type=json -p '[{"op":"remove","path":"/data/${key}"}]'`,
  };
}

/** Throws ValidationError when a value is one that no process could get. */
export function usable(declared: DeclaredSecrets): DeclaredSecrets {
  if (declared.problems.length > 0) throw new ValidationError(declared.problems);
  return declared;
}
