import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@slipway/util/errors';
import { replaceFile } from '../../util/files/write-files.ts';
import { type ConfigResult, readConfigs } from './read-configs.ts';
import { scriptFile } from '../../util/files/script-file.ts';

type Entry = Extract<ConfigResult, { schema: unknown }> & { state: string };
type Cache = { version: string; workspaceRoot: string; entries: Record<string, Entry> };

/** What the entries were made with: another reader may read something else. */
const VERSION = [
  process.version,
  hash(
    ['reader', 'bundle-config', 'environment-schema', 'read-configs']
      .map((name) => readFileSync(scriptFile(import.meta.dirname, name)))
      .join(''),
  ),
].join(' ');

/**
 * `readConfigs` with a cache: a config is read again only if one of its inputs has changed. Every Nx command asks, and
 * the process takes longer than the rest of the graph. Problems are never cached, because their fix may be elsewhere.
 */
export async function readConfigsOnce(workspaceRoot: string, references: string[]): Promise<Map<string, ConfigResult>> {
  const path = join(workspaceRoot, 'node_modules', '.cache', 'slipway', 'configs.json');
  const { entries } = readCache(path, workspaceRoot);
  const results = new Map<string, ConfigResult>();
  const before = stateReader(workspaceRoot);
  for (const reference of references) {
    const entry = entries[reference];
    if (entry !== undefined && entry.state === before(entry)) results.set(reference, entry);
  }
  const changed = references.filter((reference) => !results.has(reference));
  if (changed.length === 0) return results;
  const read = await readConfigs(workspaceRoot, changed);
  const after = stateReader(workspaceRoot);
  for (const [reference, result] of read) {
    results.set(reference, result);
    delete entries[reference];
    if ('schema' in result) entries[reference] = { ...result, state: after(result) };
  }
  await writeCache(path, { version: VERSION, workspaceRoot, entries });
  return results;
}

/** Most services read the same files of libraries and packages: each is looked at once. */
function stateReader(workspaceRoot: string): (entry: Omit<Entry, 'state'>) => string {
  const known = new Map<string, string>();
  const once = (path: string, look: (path: string) => string) => {
    const state = known.get(path) ?? look(path);
    known.set(path, state);
    return state;
  };
  return ({ inputs, packageFiles }) => {
    const own = inputs.map((input) => `${input} ${once(join(workspaceRoot, input), contentOf)}`);
    const installed = packageFiles.map((file) => `${file} ${once(file, markOf)}`);
    return hash([...own, ...installed].join('\n'));
  };
}

/** Packages' files are many, and installed rather than edited. */
function markOf(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false });
  return `${status?.mtimeMs} ${status?.size}`;
}

/** A config.ts may list a folder, and ask for what is not there. */
function contentOf(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return 'absent';
  return hash(status.isDirectory() ? readdirSync(path).sort().join('\n') : readFileSync(path));
}

function hash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Empty when there is none that this process can use: it can always be made again. */
function readCache(path: string, workspaceRoot: string): Pick<Cache, 'entries'> {
  try {
    const cache = JSON.parse(readFileSync(path, 'utf8')) as Cache;
    if (cache.version === VERSION && cache.workspaceRoot === workspaceRoot) return cache;
  } catch {
    // Absent or damaged.
  }
  return { entries: {} };
}

async function writeCache(path: string, cache: Cache): Promise<void> {
  try {
    await replaceFile(path, JSON.stringify(cache));
  } catch (error) {
    // Packages that are not ours to write beside: then every command reads for itself.
    if (!(error instanceof UserError)) throw error;
  }
}
