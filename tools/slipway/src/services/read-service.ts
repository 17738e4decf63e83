import { basename } from 'node:path';
import { ValidationError } from '../util/problems/validation-error.ts';
import { readConfigsOnce } from './config/read-configs-once.ts';
import type { ConfigResult } from './config/read-configs.ts';
import { parseServiceSpec } from './parse-environment-schema.ts';
import type { ServiceSpec } from './service-spec.ts';
import { completed, type EnvironmentSource, environmentSource, readSchemaData } from './environment-choice.ts';
import { withDatabaseKey } from './database-choice.ts';
import { portKeys } from './port-keys.ts';
import { readServiceFile, type ServiceFile, USUAL_ENVIRONMENT } from './service-file.ts';
import { SERVICE_FILE } from './service-roots.ts';
import { withKeyLine } from './with-key-line.ts';

/**
 * What one service declares, or the ValidationError that says why it is not to be known. `inputs`: files of the workspace
 * that were read for it; `outside`: those of no workspace and no package.
 */
export type ServiceReading = { root: string; inputs: string[]; outside: string[] } & (
  { serviceSpec: ServiceSpec } | { error: ValidationError }
);

/**
 * Reads what the services in `roots` (relative to `workspaceRoot`, e.g. `apps/order`) declare in their `src/config.ts` or
 * `slipway.yaml`.
 * Problems: a file that is missing, cannot be imported, or declares what slipway does not understand.
 */
export async function readServiceSpecsOf(workspaceRoot: string, roots: string[]): Promise<ServiceReading[]> {
  const services = roots.map((root) => ({ root, sources: attempt(() => sourcesOf(workspaceRoot, root)) }));
  const references = services.flatMap(({ sources }) =>
    'value' in sources && sources.value.source !== undefined && 'reference' in sources.value.source
      ? [sources.value.source.reference]
      : [],
  );
  const results = await readConfigsOnce(workspaceRoot, references);
  return services.map(({ root, sources }): ServiceReading => {
    const serviceFile = `${root}/${SERVICE_FILE}`;
    const failed = (inputs: string[], { problems }: ValidationError) => {
      const error = new ValidationError(problems.map((problem) => withKeyLine(workspaceRoot, inputs, problem)));
      return { root, inputs, outside: [], error };
    };
    if ('error' in sources) return failed([serviceFile], sources.error);
    const inputs = [...inputsOf(root, sources.value, results), serviceFile].sort();
    const spec = attempt(() => specOf(workspaceRoot, root, sources.value, results));
    if ('error' in spec) return failed(inputs, spec.error);
    return { root, inputs, outside: outsideOf(sources.value, results), serviceSpec: spec.value };
  });
}

type Sources = { said: ServiceFile | undefined; source: EnvironmentSource | undefined };

function sourcesOf(workspaceRoot: string, root: string): Sources {
  const said = readServiceFile(workspaceRoot, root);
  return { said, source: environmentSource(workspaceRoot, root, said?.environment) };
}

function inputsOf(root: string, { source }: Sources, results: Map<string, ConfigResult>): string[] {
  if (source === undefined) return [configFileOf(root)];
  return 'data' in source ? [source.data] : (results.get(source.reference)?.inputs ?? []);
}

function outsideOf({ source }: Sources, results: Map<string, ConfigResult>): string[] {
  if (source === undefined) return [];
  if ('data' in source) return source.data.startsWith('../') ? [source.data] : [];
  const result = results.get(source.reference);
  const files = result !== undefined && 'packageFiles' in result ? result.packageFiles : [];
  return files.filter((file) => !file.split('/').includes('node_modules'));
}

function specOf(
  workspaceRoot: string,
  root: string,
  { said, source }: Sources,
  results: Map<string, ConfigResult>,
): ServiceSpec {
  const name = basename(root);
  const { configFile, schema } = schemaOf(workspaceRoot, root, { said, source }, results);
  const whole = completed(schema, said?.environment, said?.calls);
  return withChoices({ name, root, configFile }, whole, said);
}

/** The environment's schema, and the file that says it. Throws ValidationError. */
function schemaOf(
  workspaceRoot: string,
  root: string,
  { said, source }: Sources,
  results: Map<string, ConfigResult>,
): { configFile: string; schema: unknown } {
  if (source === undefined) {
    if (said !== undefined)
      return { configFile: `${root}/${SERVICE_FILE}`, schema: said.environment ?? USUAL_ENVIRONMENT };
    const hint = `${root}/k8s/fragment.yaml makes ${basename(root)} a service: write its config.ts, or a ${SERVICE_FILE}`;
    throw new ValidationError([{ file: configFileOf(root), message: 'does not exist', hint }]);
  }
  if ('data' in source) return { configFile: source.data, schema: readSchemaData(workspaceRoot, source.data) };
  const result = results.get(source.reference);
  if (result === undefined) throw new Error(`${source.reference} was not read`);
  if ('problem' in result) throw new ValidationError([result.problem]);
  return { configFile: source.reference.split('#')[0]!, schema: result.schema };
}

function attempt<Value>(make: () => Value): { value: Value } | { error: ValidationError } {
  try {
    return { value: make() };
  } catch (error) {
    if (error instanceof ValidationError) return { error };
    throw error;
  }
}

/** The spec in an environment schema, with what slipway.yaml says beside it. Throws ValidationError. */
function withChoices(
  service: { name: string; root: string; configFile: string },
  schema: unknown,
  { http, build, run, database }: ServiceFile = {},
): ServiceSpec {
  const spec = parseServiceSpec(service, withDatabaseKey(schema, database), http);
  const choices = {
    ...(build === undefined ? {} : { build }),
    ...(run === undefined ? {} : { run }),
    ...(database === undefined ? {} : { database }),
  };
  const lacking = Object.values(portKeys(spec)).filter((key) => !spec.keys.some(({ name }) => name === key));
  // A service that says nothing of its port is one that slipway's own checks are about.
  const problems = lacking
    .filter((key) => key === http?.port || key === http?.management)
    .map((key) => ({
      file: `${service.root}/${SERVICE_FILE}`,
      message: `names ${key} as a port, and the environment has no such key`,
      hint: `declare it with its default in ${service.configFile}`,
    }));
  if (problems.length > 0) throw new ValidationError(problems);
  return { ...spec, ...choices };
}

/** One service's. Throws ValidationError with its problems. */
export async function readServiceSpec(workspaceRoot: string, root: string): Promise<ServiceSpec> {
  const [reading] = await readServiceSpecsOf(workspaceRoot, [root]);
  if (reading === undefined) throw new Error(`${root} was not read`);
  if ('error' in reading) throw reading.error;
  return reading.serviceSpec;
}

function configFileOf(root: string): string {
  return `${root}/src/config.ts`;
}
