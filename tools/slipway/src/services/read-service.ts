import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ValidationError } from '../util/problems/validation-error.ts';
import { readConfigsOnce } from './config/read-configs-once.ts';
import type { ConfigResult } from './config/read-configs.ts';
import { parseServiceSpec } from './parse-environment-schema.ts';
import type { ServiceSpec } from './service-spec.ts';
import { readServiceFile, USUAL_ENVIRONMENT } from './service-file.ts';
import { SERVICE_FILE } from './service-roots.ts';

/** What one service declares, or the ValidationError that says why it is not to be known. */
export type ServiceReading = { root: string; inputs: string[] } & (
  { serviceSpec: ServiceSpec } | { error: ValidationError }
);

/** What was read last, and of which state of which files: a graph is computed in steps that all need it. */
let last: { key: string; state: string; results: Map<string, ConfigResult>; at: number } | undefined;
/** How long a failure counts, ms: it may be mended outside of what was read, by `npm install`. */
const FAILURE_COUNTS_MS = 5_000;

/**
 * Reads what the services in `roots` (relative to `workspaceRoot`, e.g. `apps/order`) declare in their `src/config.ts` or
 * `slipway.yaml`.
 * Problems: a file that is missing, cannot be imported, or declares what slipway does not understand.
 */
export async function readServiceSpecsOf(workspaceRoot: string, roots: string[]): Promise<ServiceReading[]> {
  const files = roots.map(configFileOf).filter((file) => existsSync(join(workspaceRoot, file)));
  const results = await readOnce(workspaceRoot, files);
  return roots.map((root): ServiceReading => {
    const configFile = configFileOf(root);
    const serviceFile = `${root}/${SERVICE_FILE}`;
    const result = results.get(configFile);
    const inputs = [...(result?.inputs ?? [configFile]), serviceFile].sort();
    const name = basename(root);
    try {
      const said = readServiceFile(workspaceRoot, root);
      const http = said?.http;
      const inline = said?.environment ?? (result === undefined && said !== undefined ? USUAL_ENVIRONMENT : undefined);
      if (inline !== undefined)
        return { root, inputs, serviceSpec: parseServiceSpec({ name, root, configFile: serviceFile }, inline, http) };
      if (result === undefined) {
        const hint = `${root}/k8s/fragment.yaml makes ${name} a service: write its config.ts, or a ${SERVICE_FILE}`;
        throw new ValidationError([{ file: configFile, message: 'does not exist', hint }]);
      }
      if ('problem' in result) throw new ValidationError([result.problem]);
      return { root, inputs, serviceSpec: parseServiceSpec({ name, root, configFile }, result.schema, http) };
    } catch (error) {
      if (error instanceof ValidationError) return { root, inputs, error };
      throw error;
    }
  });
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

async function readOnce(workspaceRoot: string, files: string[]): Promise<Map<string, ConfigResult>> {
  const key = [workspaceRoot, ...files].join('\0');
  if (last?.key === key && isCurrent(workspaceRoot, last)) return last.results;
  const results = await readConfigsOnce(workspaceRoot, files);
  last = { key, state: stateOf(workspaceRoot, results), results, at: performance.now() };
  return results;
}

function isCurrent(workspaceRoot: string, { state, results, at }: NonNullable<typeof last>): boolean {
  const hasFailed = [...results.values()].some((result) => 'problem' in result);
  if (hasFailed && performance.now() - at > FAILURE_COUNTS_MS) return false;
  return state === stateOf(workspaceRoot, results);
}

function stateOf(workspaceRoot: string, results: Map<string, ConfigResult>): string {
  const inputs = [...results.values()].flatMap((result) => result.inputs);
  return inputs
    .map((input) => {
      const status = statSync(join(workspaceRoot, input), { throwIfNoEntry: false });
      return `${input} ${status?.mtimeMs} ${status?.size}`;
    })
    .join('\n');
}
