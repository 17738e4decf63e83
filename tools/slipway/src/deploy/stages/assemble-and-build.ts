import { startBundler } from '../../images/bundle/start-bundler.ts';
import { type ContainerImage, imageReference } from '../../images/container-image.ts';
import { imageName } from '../../images/image-name.ts';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { ASSEMBLED, BASE, examine } from '../../manifests/assemble.ts';
import { clusterTarget } from '../../manifests/defaults/cluster-target.ts';
import { generatedComponent } from '../../manifests/overlay/generated-component.ts';
import { knownImages } from '../../manifests/overlay/known-images.ts';
import { knownSecrets } from '../../manifests/overlay/known-secrets.ts';
import { secretPaths } from '../../manifests/overlay/secret-files.ts';
import { type DatabaseLogin, loginOf } from '../../services/database-login.ts';
import { type CollectedServiceSpecs, collectServiceSpecs } from '../../services/read-services.ts';
import { type Environment, resolveEnvironments } from '../../services/resolve-environments.ts';
import type { ServiceResult } from '../../services/run-in-dependency-order.ts';
import { GENERATED } from '../../services/secrets/generated-folder.ts';
import { secretFileProblems } from '../../services/secrets/secret-file-problems.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { PRIVATE, writeFiles } from '../../util/files/write-files.ts';
import type { Problem } from '../../util/problems/problem.ts';
import { ValidationError } from '../../util/problems/validation-error.ts';
import type { PlanContext } from '../context/deploy-context.ts';
import { build } from './build.ts';
import { leaveOut } from './leave-out.ts';
import { databaseKey } from '../../services/database-key.ts';

/** What a deploy needs to know before it touches a cluster. */
export type PreparedStack = {
  serviceSpecs: ServiceSpec[];
  /** Those of the wanted services that can be deployed. */
  services: string[];
  /** The others: what cannot be built, and what depends on it. */
  leftOut: ServiceResult[];
  /** Name in the manifests → image, of the wanted services. */
  images: Record<string, ContainerImage>;
  /** Service → its assembled ConfigMap, YAML. */
  configMaps: Record<string, string>;
  /** Service → the login that it uses. */
  logins: Record<string, DatabaseLogin>;
  /** The files that are new, changed or gone. */
  changed: string[];
};

/** Without `api`, secrets come from the local copy alone. */
type Context = Pick<PlanContext, 'settings' | 'report' | 'timeline' | 'services'> & {
  api: KubeApi | undefined;
  /** Manifests name this registry's images, by digest. */
  options: { registry?: string };
};

/** Reads the services' specs; their problems are answered. */
export function collectSources({ settings, timeline }: Pick<Context, 'settings' | 'timeline'>) {
  // The bundler's process takes a while to start.
  startBundler();
  return timeline.measure('stack', 'assemble', () => collectServiceSpecs(settings.workspaceRoot));
}

/**
 * Assembles deploy/base, builds the images of the wanted services and writes deploy/dev/generated, where other services
 * keep the images that they had: `kubectl apply -k deploy/dev` has all it needs. A service that cannot be built is left
 * out, with all that depends on it. Writes nothing and throws ValidationError when anything is wrong with the files, or by
 * `checks`, which run beside it, or when no service is left.
 */
export async function assembleAndBuild(
  context: Context,
  sources: CollectedServiceSpecs,
  checks: Promise<Problem[]>,
): Promise<PreparedStack> {
  const { settings, api, report, timeline, options } = context;
  const { workspaceRoot, stack } = settings;
  const { serviceSpecs } = sources;
  const wanted = serviceSpecs.filter(({ name }) => context.services.includes(name));
  // Assembling last: it keeps this process busy, while the bundler and the API server work for the others.
  const [built, earlier, known, exposed, found, { files, problems }] = await Promise.all([
    build(context, wanted),
    knownImages(workspaceRoot),
    knownSecrets(workspaceRoot, stack, serviceSpecs, api),
    secretFileProblems(workspaceRoot, secretPaths(serviceSpecs)),
    checks,
    timeline.measure('stack', 'assemble', () => examine(settings, sources)),
  ]);
  const leftOut = await leaveOut(wanted, built.failures);
  const services = wanted.flatMap(({ name }) => (leftOut.some(({ service }) => service === name) ? [] : [name]));
  const fatal = [...problems, ...known.problems, ...exposed, ...found];
  if (fatal.length > 0 || services.length < Math.min(wanted.length, 1)) {
    throw new ValidationError([...fatal, ...[...built.failures.values()].flatMap((failure) => failure.problems)]);
  }

  const assembled = await writeFiles(workspaceRoot, files, ASSEMBLED);
  const count = assembled.written.length + assembled.deleted.length;
  const what = count === 0 ? 'unchanged' : `${count} files changed`;
  report.event('stack', 'assemble', `${serviceSpecs.length} services, ${what}`);
  for (const [name, image] of Object.entries(built.images)) report.event(name, 'image', imageReference(image));
  for (const { service, status, message } of leftOut) {
    if (status === 'failure') report.block(service, 'FAILED', message);
    else report.event(service, 'skipped', message);
  }
  const environments = resolveEnvironments(serviceSpecs, clusterTarget, known.environments);
  const configMaps = Object.fromEntries(serviceSpecs.map(({ name }) => [name, configMapOf(files, name)]));
  const images = Object.fromEntries(
    [...serviceSpecs.map(({ name }) => name), 'postgres'].flatMap((name) => {
      const { [name]: image } = built.images;
      const named = image === undefined ? earlier[name] : imageName(image, options.registry);
      return named === undefined ? [] : [[name, named] as const];
    }),
  );
  const logins = serviceLogins(serviceSpecs, environments);
  // What new volumes are made with: the service's own login, unless the database's Secret says another.
  const databases = { ...logins, ...known.databases };
  const component = generatedComponent({ stack, serviceSpecs, images, environments, databases, configMaps });
  const generated = await writeFiles(workspaceRoot, component, GENERATED, PRIVATE);
  const changed = [assembled, generated].flatMap(({ written, deleted }) => [...written, ...deleted]);
  return { serviceSpecs, services, leftOut, images: built.images, configMaps, logins, changed };
}

function configMapOf(files: Map<string, string>, service: string): string {
  const file = `${BASE}/${service}/config-map.yaml`;
  const text = files.get(file);
  if (text === undefined) throw new Error(`assembling has made no ${file}`);
  return text;
}

function serviceLogins(
  serviceSpecs: ServiceSpec[],
  environments: Record<string, Environment>,
): Record<string, DatabaseLogin> {
  const logins = serviceSpecs.flatMap(({ name, keys }): [string, DatabaseLogin][] => {
    const urlKey = databaseKey(keys)?.name;
    const login = urlKey === undefined ? undefined : loginOf(environments[name]?.[urlKey]);
    return login === undefined ? [] : [[name, login]];
  });
  return Object.fromEntries(logins);
}
