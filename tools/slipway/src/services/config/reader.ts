/**
 * Runs as a process of its own and imports the config.ts files that its arguments name, one after the other: whatever
 * they do is done to this process. Tells its parent what each exports, and which files were read for it.
 */
import fs from 'node:fs';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export type ReaderMessage =
  | { kind: 'begins'; path: string }
  | { kind: 'read'; path: string; schema: unknown; inputs: string[] }
  | { kind: 'failed'; path: string; message: string; stack: string; inputs: string[] };

/** What each module imports: one that several config.ts files share is loaded for the first of them only. */
const imports = new Map<string, Set<string>>();
/** What each module read besides. */
const reads = new Map<string, Set<string>>();
/** The config.ts that is being imported. */
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
  const modules = new Set([path]);
  // A set hands out what is added to it meanwhile.
  for (const module of modules) for (const imported of imports.get(module) ?? []) modules.add(imported);
  return [...new Set([...modules].flatMap((module) => [module, ...(reads.get(module) ?? [])]))];
}

/** Modules by Node's own hook; what a file reads besides them by the functions that do it. */
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

async function read(path: string): Promise<void> {
  current = path;
  await tell({ kind: 'begins', path });
  try {
    const module: { schema?: unknown } = await import(pathToFileURL(path).href);
    // As JSON, which is all that a schema is.
    const schema: unknown = module.schema === undefined ? undefined : JSON.parse(JSON.stringify(module.schema));
    await tell({ kind: 'read', path, schema, inputs: inputsOf(path) });
  } catch (error) {
    const { message = String(error), stack = '' } = error instanceof Error ? error : {};
    await tell({ kind: 'failed', path, message, stack, inputs: inputsOf(path) });
  }
}

watchReads();
for (const path of process.argv.slice(2)) await read(path);
process.exit(0);
