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

let inputs = new Set<string>();

function note(file: unknown): void {
  if (file instanceof URL) inputs.add(fileURLToPath(file));
  else if (typeof file === 'string') inputs.add(isAbsolute(file) ? file : resolve(file));
}

/** Modules by Node's own hook; what a file reads besides them by the functions that do it. */
function watchReads(): void {
  registerHooks({
    load(url, context, nextLoad) {
      if (url.startsWith('file:')) note(new URL(url));
      return nextLoad(url, context);
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
  return new Promise((resolve) => process.send!(message, () => resolve()));
}

async function read(path: string): Promise<void> {
  inputs = new Set([path]);
  await tell({ kind: 'begins', path });
  try {
    const module = (await import(pathToFileURL(path).href)) as { schema?: unknown };
    // As JSON, which is all that a schema is.
    const schema: unknown = module.schema === undefined ? undefined : JSON.parse(JSON.stringify(module.schema));
    await tell({ kind: 'read', path, schema, inputs: [...inputs] });
  } catch (error) {
    const { message = String(error), stack = '' } = error instanceof Error ? error : {};
    await tell({ kind: 'failed', path, message, stack, inputs: [...inputs] });
  }
}

watchReads();
for (const path of process.argv.slice(2)) await read(path);
process.exit(0);
