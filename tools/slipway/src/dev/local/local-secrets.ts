import { isUtf8 } from 'node:buffer';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { valueProblem } from '../../services/environment-value.ts';
import type { Environment } from '../../services/resolve-environments.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import type { Problem } from '../../util/problems/problem.ts';
import { ValidationError } from '../../util/problems/validation-error.ts';
import { LOCAL_STATE } from '../../services/secrets/ignore-lines.ts';
import { secretFileProblems } from '../../services/secrets/secret-file-problems.ts';
import { hideValue } from '@slipway/util/secret-mask';
import { makePrivate, PRIVATE, replaceFile } from '../../util/files/write-files.ts';
import { mergeEnvFile } from './merge-env-file.ts';

/** Folder of what belongs to this machine: databases and the copies of their secrets. */
export const LOCAL_DATA = `${LOCAL_STATE}/local`;

/**
 * What this machine knows of each service's environment: its `.env` file, and beneath it the copy that lies with the
 * database. The copy is there because a lost `.env` must not lock one out of what was made with it. Throws ValidationError
 * for values that no process could get.
 */
export async function readLocalSecrets(
  workspaceRoot: string,
  serviceSpecs: ServiceSpec[],
): Promise<Record<string, Environment>> {
  const problems: Problem[] = [];
  const read = async (path: string, { keys }: ServiceSpec): Promise<Environment> => {
    const bytes = await readFile(join(workspaceRoot, path)).catch(ignoreMissing);
    if (!isUtf8(bytes)) {
      problems.push({ file: path, message: 'is not UTF-8', hint: 'save it as UTF-8: its values would become others' });
    }
    const values = parseValues(bytes.toString());
    for (const { name: key, secret } of keys) {
      const value = values[key];
      if (value === undefined) continue;
      if (secret) hideValue(key, value);
      const message = valueProblem(key, Buffer.from(value));
      if (message !== undefined)
        problems.push({ file: path, line: lineOf(bytes, key), key, message, hint: 'change it there' });
    }
    return values;
  };
  const entries = serviceSpecs.map(async (serviceSpec) => {
    const [copy, own] = await Promise.all([
      read(copyPath(serviceSpec), serviceSpec),
      read(envPath(serviceSpec), serviceSpec),
    ]);
    return [serviceSpec.name, { ...copy, ...own }] as const;
  });
  const known = Object.fromEntries(await Promise.all(entries));
  if (problems.length > 0) throw new ValidationError(problems);
  return known;
}

/**
 * Writes the secrets of `environments` to each service's `.env` and to its copy; files that have them are not touched but
 * for their mode. Throws ValidationError before anything is written when git would take one, or one cannot hold a value.
 */
export async function writeLocalSecrets(
  workspaceRoot: string,
  serviceSpecs: ServiceSpec[],
  environments: Record<string, Environment>,
): Promise<void> {
  const files = serviceSpecs.flatMap((serviceSpec) => secretFilesOf(serviceSpec, environments[serviceSpec.name] ?? {}));
  const problems = await secretFileProblems(
    workspaceRoot,
    files.map(({ path }) => path),
  );
  const texts: { path: string; text: string }[] = [];
  for (const { path, values, header } of files) {
    const present = await readFile(join(workspaceRoot, path), 'utf8').catch(ignoreMissing);
    const merged = mergeEnvFile(present.toString(), values, header);
    if ('unwritable' in merged) problems.push(...merged.unwritable.map((key) => unwritable(path, key)));
    else if (merged.text !== present.toString()) {
      if (await isLink(join(workspaceRoot, path))) problems.push(linked(path));
      texts.push({ path, text: merged.text });
    }
  }
  if (problems.length > 0) throw new ValidationError(problems);
  // Not beside an .env: what a kill leaves behind there would be no file that git ignores.
  const scratch = join(workspaceRoot, LOCAL_DATA);
  for (const { path, text } of texts) await replaceFile(join(workspaceRoot, path), text, PRIVATE, scratch);
  for (const { path } of files) await makePrivate(join(workspaceRoot, path));
}

type EnvFile = { path: string; values: Environment; header: string };

function secretFilesOf(serviceSpec: ServiceSpec, environment: Environment): EnvFile[] {
  const { name, keys, hasDatabase } = serviceSpec;
  const secrets = keys.filter((key) => key.secret).map(({ name: key }) => [key, environment[key] ?? ''] as const);
  if (secrets.length === 0) return [];
  const values = Object.fromEntries(secrets);
  const header = `# Secrets of ${name} on this machine, generated at first start. Lines that you add or change win.`;
  const copyHeader = `# Copy of ${envPath(serviceSpec)}: the database here was made with it.`;
  return [
    { path: envPath(serviceSpec), values, header },
    ...(hasDatabase ? [{ path: copyPath(serviceSpec), values, header: copyHeader }] : []),
  ];
}

function parseValues(text: string): Environment {
  const entries = Object.entries(parseEnv(text));
  return Object.fromEntries(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
}

function envPath({ root }: ServiceSpec): string {
  return `${root}/.env`;
}

function copyPath({ name }: ServiceSpec): string {
  return `${LOCAL_DATA}/${name}/secrets.env`;
}

function unwritable(file: string, key: string): Problem {
  return {
    file,
    key,
    message: 'cannot be written: no quotes of an env file hold its value',
    hint: 'use a value without a carriage return, and without one of the three kinds of quotes',
  };
}

function linked(file: string): Problem {
  return {
    file,
    message: 'is a symbolic link and lacks values: no secret is written through one',
    hint: 'put a file in its place, or the missing values into the file that it leads to',
  };
}

async function isLink(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isSymbolicLink() === true;
}

function lineOf(text: Buffer, key: string): number | undefined {
  const index = text
    .toString()
    .split('\n')
    .findIndex((line) =>
      line
        .replace(/^\s*export\s+/, '')
        .trimStart()
        .startsWith(`${key}=`),
    );
  return index === -1 ? undefined : index + 1;
}

function ignoreMissing(error: NodeJS.ErrnoException): Buffer {
  if (error.code === 'ENOENT') return Buffer.alloc(0);
  throw error;
}
