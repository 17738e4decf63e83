import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readJson } from '@slipway/util/json';
import type { Argv } from '@slipway/util/exec';
import { MIGRATE_PROGRAM, migrationOf } from '../../services/migrate-command.ts';
import { SERVICE_FILE } from '../../services/service-roots.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { ValidationError } from '../../util/problems/validation-error.ts';
import type { BundleFile } from '../bundle/bundle-file.ts';
import { filesBelow } from '../bundle/files-below.ts';
import { packageFolder } from '../bundle/package-folder.ts';
import { findPackage } from '../bundle/package-closure.ts';

/** How long the database may take to be reached before the tool says that it is not, ms. */
const DATABASE_LIMIT_MS = 60_000;

/** What migrating by a command takes in an image of Node's: the service's own files, a program, the tool's package. */
export type MigrateFiles = { files: BundleFile[]; packages: string[] };

/** Nothing for a service that migrates otherwise. Throws ValidationError for a tool that is not installed. */
export function migrateFiles(workspaceRoot: string, serviceSpec: ServiceSpec): MigrateFiles {
  const migration = migrationOf(workspaceRoot, serviceSpec);
  if (migration === 'builtin' || migration === 'none') return { files: [], packages: [] };
  if ('problem' in migration) throw new ValidationError([migration.problem]);
  const { root } = serviceSpec;
  const { program, args, folder } = toolOf(workspaceRoot, root, migration.command);
  const own = filesBelow(workspaceRoot, root).filter((path) => path !== `${root}/${SERVICE_FILE}`);
  return {
    files: [
      ...own.map((path) => ({ path, bytes: readFileSync(join(workspaceRoot, path)) })),
      {
        path: `${root}/${MIGRATE_PROGRAM}`,
        bytes: Buffer.from(programText(program, args, serviceSpec.database?.url ?? '')),
      },
    ],
    packages: folder === undefined ? [] : [folder],
  };
}

type Tool = { program: string; args: string[]; folder: string | undefined };

/** The file that a command runs, relative to the service. */
function toolOf(workspaceRoot: string, root: string, [first, ...rest]: Argv): Tool {
  const [name = '', ...args] = rest.filter(
    (word, index) => !(index === 0 && /^(--yes|-y|--no-install|--no)$/.test(word)),
  );
  if (first === 'node') return { program: name, args, folder: undefined };
  const tool = first === 'npx' ? name : first;
  for (const packageName of [tool, ...installed(workspaceRoot, root)]) {
    const folder = findPackage(workspaceRoot, root, packageName);
    const bin = folder === undefined ? undefined : binOf(workspaceRoot, folder, tool);
    if (folder === undefined || bin === undefined) continue;
    return { program: posix.relative(root, posix.join(folder, bin)), args: first === 'npx' ? args : rest, folder };
  }
  const message = `"${tool}" is no program of a package that is installed, and an image of Node's has no other`;
  throw new ValidationError([
    {
      file: `${root}/${SERVICE_FILE}`,
      key: 'database.migrate',
      message,
      hint: `npm install ${tool}, or command: [node, FILE]`,
    },
  ]);
}

/** Names of the packages that the service and the workspace ask for: a tool's package may have another name than it. */
function installed(workspaceRoot: string, root: string): string[] {
  return [root, '.'].flatMap((folder) => {
    const file = join(workspaceRoot, folder, 'package.json');
    if (!existsSync(file)) return [];
    const { dependencies, devDependencies } =
      readJson<Record<'dependencies' | 'devDependencies', Record<string, string> | undefined>>(file);
    return Object.keys({ ...dependencies, ...devDependencies });
  });
}

function binOf(workspaceRoot: string, folder: string, tool: string): string | undefined {
  if (packageFolder(`${folder}/package.json`) === undefined) return undefined;
  const { bin, name } = readJson<{ name?: string; bin?: string | Record<string, string> }>(
    join(workspaceRoot, folder, 'package.json'),
  );
  if (typeof bin === 'string') return name?.split('/').at(-1) === tool ? bin : undefined;
  return bin?.[tool];
}

/**
 * Runs the command once the database accepts connections: in a new pod the network policies may not let it out yet, and
 * few tools try again. A process of its own: tools look at how they were started.
 */
function programText(program: string, args: string[], urlKey: string): string {
  return `import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const url = process.env[${JSON.stringify(urlKey)}] ?? '';
const end = Date.now() + ${DATABASE_LIMIT_MS};
const { hostname, port } = URL.canParse(url) ? new URL(url) : {};
const isOpen = () =>
  new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\\[|\\]$/g, ''), port: Number(port || 5432), timeout: 2000 });
    for (const event of ['connect', 'error', 'timeout'])
      socket.once(event, () => {
        socket.destroy();
        resolve(event === 'connect');
      });
  });
while (hostname && !(await isOpen()) && Date.now() < end) await sleep(200);
const { status, error } = spawnSync(process.execPath, ${JSON.stringify([program, ...args])}, {
  cwd: import.meta.dirname,
  stdio: 'inherit',
});
if (error) throw error;
process.exitCode = status ?? 1;
`;
}
