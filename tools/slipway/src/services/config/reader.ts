/**
 * Runs as a separate process and reads the exports that its arguments name (`FILE#EXPORT`), one after the other:
 * whatever their files do is done to this process. Tells its parent the schema of each, and which files were read for it.
 */
import fs from 'node:fs';
import { createRequire, registerHooks, syncBuiltinESMExports } from 'node:module';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { BuildFailure } from 'esbuild';
import { isObject } from '../../util/json-object.ts';
import { bundleConfig, type ConfigBundle } from './bundle-config.ts';
import { environmentSchema, NoSchemaError } from './environment-schema.ts';

/** `place`: of the compiler's own message. `missing`: the package that is not there. */
export type ReaderFailure = {
  kind: 'failed';
  reference: string;
  reason: 'not-compiled' | 'thrown' | 'no-export' | 'no-schema';
  message: string;
  stack: string;
  place?: { file: string; line: number };
  missing?: string;
  inputs: string[];
};
export type ReaderMessage =
  | { kind: 'begins'; reference: string }
  | { kind: 'read'; reference: string; schema: unknown; inputs: string[] }
  | ReaderFailure;

const BUNDLED = '?bundled';

/** What each module of a package imports: one that several files share is loaded for the first of them only. */
const imports = new Map<string, Set<string>>();
/** What each module read besides. */
const reads = new Map<string, Set<string>>();
const bundles = new Map<string, ConfigBundle>();
/** The file that is being read. */
let current = '';

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  map.set(key, (map.get(key) ?? new Set()).add(value));
}

function note(file: unknown): void {
  if (file instanceof URL) add(reads, caller() ?? current, fileURLToPath(file));
  else if (typeof file === 'string') add(reads, caller() ?? current, isAbsolute(file) ? file : resolve(file));
}

/** The module that calls a function of this one. */
function caller(): string | undefined {
  const frames = new Error().stack?.matchAll(/\(?(file:\/\/[^\n():]+|\/[^\n():]+):\d+:\d+\)?$/gm) ?? [];
  const files = Array.from(frames, ([, place = '']) => (place.startsWith('/') ? place : fileURLToPath(place)));
  return files.find((file) => file !== import.meta.filename);
}

function inputsOf(path: string): string[] {
  const modules = new Set([path, ...(bundles.get(path)?.sources ?? [])]);
  // A set hands out what is added to it meanwhile.
  for (const module of modules) for (const imported of imports.get(module) ?? []) modules.add(imported);
  return [...new Set([...modules].flatMap((module) => [module, ...(reads.get(module) ?? [])]))];
}

/** Modules of packages by Node's own hook; what a file reads besides them by the functions that do it. */
function watchReads(): void {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context);
      const [parent, child] = [context.parentURL, resolved.url].map((url) =>
        url?.startsWith('file:') ? fileURLToPath(url) : undefined,
      );
      if (parent !== undefined && child !== undefined) add(imports, parent, child);
      return resolved;
    },
    load(url, context, nextLoad) {
      const bundle = url.endsWith(BUNDLED) ? bundles.get(fileURLToPath(url)) : undefined;
      if (bundle === undefined) return nextLoad(url, context);
      return { format: 'module', source: bundle.code, shortCircuit: true };
    },
  });
  const patch = (target: Record<string, unknown>, name: string) => {
    const original = target[name] as (...args: unknown[]) => unknown;
    target[name] = (...args: unknown[]) => {
      note(args[0]);
      return original(...args);
    };
  };
  for (const name of ['readFileSync', 'readFile', 'openSync', 'open', 'readdirSync', 'existsSync', 'createReadStream'])
    patch(fs, name);
  for (const name of ['readFile', 'open', 'readdir']) patch(fs.promises, name);
  syncBuiltinESMExports();
}

function tell(message: ReaderMessage): Promise<void> {
  return new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
}

async function read(reference: string): Promise<void> {
  const [path = '', name = ''] = reference.split('#');
  current = path;
  await tell({ kind: 'begins', reference });
  const fail = (reason: ReaderFailure['reason'], error: unknown, more: Partial<ReaderFailure> = {}) => {
    const { message = String(error), stack = '' } = error instanceof Error ? error : {};
    return tell({ kind: 'failed', reference, reason, message, stack, inputs: inputsOf(path), ...more });
  };
  try {
    bundles.set(path, bundles.get(path) ?? (await bundleConfig(process.cwd(), path)));
  } catch (error) {
    const [first] = (error as BuildFailure).errors ?? [];
    if (first === undefined) throw error;
    const { text, location } = first;
    const missing = /^Could not resolve "([^"]+)"/.exec(text)?.[1];
    await fail('not-compiled', text, {
      ...(location === null ? {} : { place: { file: resolve(location.file), line: location.line } }),
      ...(missing === undefined ? {} : { missing }),
    });
    return;
  }
  let exported: unknown;
  try {
    const module = (await import(pathToFileURL(path).href + BUNDLED)) as Record<string, unknown>;
    const whole = isObject(module.default) ? { ...module.default, ...module } : module;
    exported = whole[name];
    if (exported === undefined) {
      await fail('no-export', Object.keys(whole).join(', '));
      return;
    }
  } catch (error) {
    await fail('thrown', error);
    return;
  }
  try {
    const schema = await environmentSchema(exported, (wanted) => importFrom(path, wanted));
    await tell({ kind: 'read', reference, schema, inputs: inputsOf(path) });
  } catch (error) {
    const missing = error instanceof NoSchemaError ? error.missing : undefined;
    await fail('no-schema', error, missing === undefined ? {} : { missing });
  }
}

/** A package as the file at `path` would import it; undefined where it is not installed. */
async function importFrom(path: string, name: string): Promise<unknown> {
  let file;
  try {
    file = createRequire(path).resolve(name);
  } catch {
    return undefined;
  }
  return await import(pathToFileURL(file).href);
}

process.setSourceMapsEnabled(true);
watchReads();
for (const reference of process.argv.slice(2)) await read(reference);
process.exit(0);
