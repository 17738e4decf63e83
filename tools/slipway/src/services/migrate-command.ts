import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Argv } from '@slipway/util/exec';
import { readJsonc } from '@slipway/util/jsonc';
import type { Problem } from '../util/problems/problem.ts';
import { isObject } from '../util/json-object.ts';
import { databaseKey } from './database-key.ts';
import { SERVICE_FILE } from './service-roots.ts';
import type { ServiceSpec } from './service-spec.ts';

/** Where a service's tables come from. `builtin`: slipway's migrations; a command runs in the service's folder. */
export type Migration = 'builtin' | 'none' | { command: Argv } | { problem: Problem };

/** The program, in the service's folder of its image, that runs its migrate command there. */
export const MIGRATE_PROGRAM = 'migrate.mjs';

/** What decides how a service migrates besides its slipway.yaml, relative to its folder. */
export const MIGRATION_SOURCES = ['src/migrate.ts', 'package.json', 'project.json'];

/** What a shell would read otherwise. */
const SHELL = /[|&;<>()$`"'\\*?#~{}]/;

/** How the database of a service is migrated. A target counts by its command: no Nx runs in a pod. */
export function migrationOf(workspaceRoot: string, serviceSpec: ServiceSpec): Migration {
  const { root, database } = serviceSpec;
  const { migrate } = database ?? {};
  if (migrate === undefined) return conventional(workspaceRoot, serviceSpec);
  if (migrate === 'none') return 'none';
  if ('command' in migrate) return migrate;
  const line = commandOf(workspaceRoot, root, migrate.target);
  if (line !== undefined && !SHELL.test(line)) {
    const [program, ...args] = line.trim().split(/\s+/);
    if (program !== undefined && program !== '')
      return {
        command: [
          ['npx', 'node'].includes(program) ? program : 'npx',
          ...(['npx', 'node'].includes(program) ? args : [program, ...args]),
        ],
      };
  }
  const what = line === undefined ? 'is no script and no target with a command' : `is more than a command: ${line}`;
  const hint = 'say what a pod is to run: database: { migrate: { command: [npx, knex, migrate:latest] } }';
  return {
    problem: {
      file: `${root}/${SERVICE_FILE}`,
      key: 'database.migrate.target',
      message: `"${migrate.target}" ${what}`,
      hint,
    },
  };
}

/** By convention: slipway makes `migrate.js` where it makes the bundle, and no other image has one. */
function conventional(workspaceRoot: string, { root, hasDatabase, build, database, keys }: ServiceSpec): Migration {
  if (!hasDatabase) return 'none';
  const hasProgram = existsSync(join(workspaceRoot, root, 'src', 'migrate.ts'));
  if (build === undefined) return database === undefined || hasProgram ? 'builtin' : 'none';
  if (!hasProgram) return 'none';
  const url = databaseKey(keys)?.name;
  return {
    problem: {
      file: `${root}/${SERVICE_FILE}`,
      key: 'database.migrate',
      message: 'is missing: beside a build of your own, src/migrate.ts is not run by itself',
      hint: `database: { url: ${url}, migrate: { command: [node, dist/migrate.js] } }, or migrate: none`,
    },
  };
}

/** Of a package.json's script, or of a target of nx:run-commands. */
function commandOf(workspaceRoot: string, root: string, target: string): string | undefined {
  const manifest = jsonOf(join(workspaceRoot, root, 'package.json'));
  const nx = isObject(manifest.nx) ? manifest.nx : {};
  for (const targets of [jsonOf(join(workspaceRoot, root, 'project.json')).targets, nx.targets]) {
    const found = isObject(targets) ? targets[target] : undefined;
    if (!isObject(found)) continue;
    const { command, options } = found;
    const said = command ?? (isObject(options) ? options.command : undefined);
    if (typeof said === 'string') return said;
  }
  const script = isObject(manifest.scripts) ? manifest.scripts[target] : undefined;
  return typeof script === 'string' ? script : undefined;
}

function jsonOf(file: string): Record<string, unknown> {
  const content = existsSync(file) ? readJsonc(file) : {};
  return isObject(content) ? content : {};
}
