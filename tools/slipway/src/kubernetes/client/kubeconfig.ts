import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { codeOf, UserError } from '@slipway/util/errors';
import { isObject, type JsonObject } from '../../util/json-object.ts';

/** A named part of a kubeconfig, and the file that has it. */
export type Entry = { name: string; file: string; value: JsonObject };

/** The merged files. `missing`: those that KUBECONFIG names and that do not exist. */
export type Kubeconfig = { contexts: Entry[]; clusters: Entry[]; users: Entry[]; files: string[]; missing: string[] };

const SECTIONS = [
  ['contexts', 'context'],
  ['clusters', 'cluster'],
  ['users', 'user'],
] as const;
/** What kubectl resolves from the folder of the file that says it. */
const PATHS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

/**
 * Reads what kubectl reads, as it merges it: the files of KUBECONFIG, else ~/.kube/config; a missing or empty one counts for
 * nothing, and the first to name something wins. Throws an error that names the file, and nothing of what is in it.
 */
export async function readKubeconfig({ KUBECONFIG }: NodeJS.ProcessEnv = process.env): Promise<Kubeconfig> {
  const paths = KUBECONFIG ? KUBECONFIG.split(delimiter) : [join(homedir(), '.kube', 'config')];
  const files = [...new Set(paths.filter((path) => path !== ''))];
  const texts = await Promise.all(files.map(readText));
  const merged: Kubeconfig = { contexts: [], clusters: [], users: [], files, missing: [] };
  files.forEach((file, index) => {
    const text = texts[index];
    if (text === undefined) merged.missing.push(file);
    else mergeInto(merged, file, parseFile(file, text));
  });
  return merged;
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    throw new UserError(`the kubeconfig ${file} cannot be read (${code})`, {
      hint: 'KUBECONFIG names the files to read',
    });
  }
}

function parseFile(file: string, text: string): JsonObject {
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const [start] = error.linePos ?? [];
    const place = start === undefined ? file : `${file}:${start.line}:${start.col}`;
    // The parser's own message shows the line, which may hold a key.
    throw new UserError(`the kubeconfig ${place} is not valid YAML (${error.code.toLowerCase().replaceAll('_', ' ')})`);
  }
  const content: unknown = document.toJS();
  if (content === null || content === undefined) return {};
  if (!isObject(content)) throw new UserError(`the kubeconfig ${file} is not a map with clusters, users and contexts`);
  return content;
}

function mergeInto(merged: Kubeconfig, file: string, content: JsonObject): void {
  for (const [section, key] of SECTIONS) {
    const entries = content[section] ?? [];
    if (!Array.isArray(entries)) throw new UserError(`the kubeconfig ${file} is broken: ${section} is not a list`);
    entries.forEach((entry: unknown, index) => {
      const { name, [key]: value } = isObject(entry) ? entry : {};
      if (typeof name !== 'string') {
        throw new UserError(`the kubeconfig ${file} is broken: ${section}[${index}] has no name`);
      }
      if (merged[section].some((known) => known.name === name)) return;
      merged[section].push({ name, file, value: withAbsolutePaths(isObject(value) ? value : {}, dirname(file)) });
    });
  }
}

function withAbsolutePaths(value: JsonObject, folder: string): JsonObject {
  const paths = PATHS.filter((key) => typeof value[key] === 'string' && value[key] !== '');
  return { ...value, ...Object.fromEntries(paths.map((key) => [key, resolve(folder, String(value[key]))])) };
}
