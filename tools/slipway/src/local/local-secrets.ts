import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Environment } from '../contract/resolve-environments.ts';
import type { ServiceContract } from '../contract/service-contract.ts';
import { mergeEnvFile } from './merge-env-file.ts';
import { writePrivateFile } from './write-private-file.ts';

/**
 * What this machine knows of each service's environment: its `.env` file, and beneath it the copy that lies with the
 * database. The copy is there because a lost `.env` must not lock one out of a database that was made with it.
 */
export async function readLocalSecrets(
  workspaceRoot: string,
  dataDir: string,
  contracts: ServiceContract[],
): Promise<Record<string, Environment>> {
  const read = async (path: string) => parseEnv(await readFile(path, 'utf8').catch(ignoreMissing)) as Environment;
  const entries = contracts.map(async ({ name, root }) => {
    const [copy, own] = await Promise.all([read(copyPath(dataDir, name)), read(join(workspaceRoot, root, '.env'))]);
    return [name, { ...copy, ...own }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Writes the secrets of `environments` to each service's `.env` and to its copy; files that have them are not touched. */
export async function writeLocalSecrets(
  workspaceRoot: string,
  dataDir: string,
  contracts: ServiceContract[],
  environments: Record<string, Environment>,
): Promise<void> {
  for (const { name, root, keys, hasDatabase } of contracts) {
    const secrets = keys.filter((key) => key.secret).map((key) => [key.name, environments[name]?.[key.name] ?? '']);
    const values = Object.fromEntries(secrets) as Environment;
    const header = `# Secrets of ${name} on this machine, made up at first start. Lines that you add or change win.`;
    await mergeInto(join(workspaceRoot, root, '.env'), values, header);
    if (hasDatabase)
      await mergeInto(copyPath(dataDir, name), values, `# Copy of ${root}/.env: the database here was made with it.`);
  }
}

function copyPath(dataDir: string, name: string): string {
  return join(dataDir, name, 'secrets.env');
}

async function mergeInto(path: string, values: Environment, header: string): Promise<void> {
  if (Object.keys(values).length === 0) return;
  const text = await readFile(path, 'utf8').catch(ignoreMissing);
  const merged = mergeEnvFile(text, values, header);
  if (merged !== text) await writePrivateFile(path, merged);
}

function ignoreMissing(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}
