import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Errors } from 'typebox/schema';
import { parseDocument } from 'yaml';
import { missingIgnoreLines } from '../../services/secrets/ignore-lines.ts';
import { kindConfigSchema } from '../../util/workspace/kind-config-schema.ts';
import { lockfileOf } from '../../util/workspace/lockfile.ts';
import { KIND_CONFIG } from '../../util/workspace/settings.ts';
import type { Finding } from './finding.ts';
import { checkServices } from './service-checks.ts';

const INIT = 'npx nx g slipway:init';
/** Majors of Nx that the plugin is made for. */
const NX_MAJORS = ['22', '23'];

/** What the workspace says and lacks. */
export async function checkWorkspace(workspaceRoot: string): Promise<Finding[]> {
  return [
    checkNx(workspaceRoot),
    ...checkVersions(workspaceRoot),
    ...checkLinker(workspaceRoot),
    checkSetUp(workspaceRoot),
    ...checkKindConfig(workspaceRoot),
    await checkIgnores(workspaceRoot),
    ...(await checkServices(workspaceRoot)),
    checkLockfile(workspaceRoot),
  ];
}

function checkNx(workspaceRoot: string): Finding {
  const require = createRequire(join(workspaceRoot, 'package.json'));
  let version: string;
  try {
    ({ version } = require('nx/package.json') as { version: string });
  } catch {
    return { check: 'nx', state: 'problem', message: 'Nx is not installed', hint: 'npm install --save-dev nx' };
  }
  const isGood = NX_MAJORS.includes(version.split('.')[0] ?? '');
  if (isGood) return { check: 'nx', state: 'ok', message: `Nx ${version}` };
  return {
    check: 'nx',
    state: 'problem',
    message: `Nx ${version}`,
    hint: `use Nx ${NX_MAJORS.join(' or ')}: npx nx migrate`,
  };
}

/** The packages are released together, and are tested so only. */
function checkVersions(workspaceRoot: string): Finding[] {
  const require = createRequire(join(workspaceRoot, 'package.json'));
  const versions = new Map<string, string>();
  for (const name of ['slipway', '@slipway/cluster', '@slipway/config', '@slipway/migrations'])
    try {
      versions.set(name, (require(`${name}/package.json`) as { version: string }).version);
    } catch {
      // Only what is installed has a version.
    }
  if (new Set(versions.values()).size < 2) return [];
  const message = `the packages are of several versions: ${[...versions].map((pair) => pair.join(' ')).join(', ')}`;
  const hint = `npm install --save-dev ${[...versions.keys()].map((name) => `${name}@${versions.get('slipway')}`).join(' ')}`;
  return [{ check: 'versions', state: 'problem', message, hint }];
}

function checkLinker(workspaceRoot: string): Finding[] {
  if (!existsSync(join(workspaceRoot, '.pnp.cjs'))) return [];
  const message = "Yarn's Plug'n'Play has no node_modules, which images are made of";
  return [
    { check: 'linker', state: 'problem', message, hint: '.yarnrc.yml: nodeLinker: node-modules, then yarn install' },
  ];
}

/** Typing errors that kind would refuse only when the cluster is made. */
function checkKindConfig(workspaceRoot: string): Finding[] {
  const file = join(workspaceRoot, KIND_CONFIG);
  if (!existsSync(file)) return [];
  const [, errors] = Errors(kindConfigSchema, parseDocument(readFileSync(file, 'utf8')).toJS());
  // Of an unknown key, one says only that its schema is false; the next one is of the object that has it.
  const [error] = errors.filter(({ keyword }) => keyword !== 'boolean');
  if (error === undefined) return [];
  const unknown = error.keyword === 'additionalProperties' ? error.params.additionalProperties.slice(0, 1) : [];
  const path = [...error.instancePath.split('/').slice(1), ...unknown].join('.');
  const allowed = error.keyword === 'enum' ? `: ${error.params.allowedValues.join(', ')}` : '';
  const what = unknown.length > 0 ? 'is no key that kind knows' : `${error.message}${allowed}`;
  const message = [KIND_CONFIG, path, what].filter((part) => part !== '').join(' ');
  const hint = 'correct it; https://kind.sigs.k8s.io/docs/user/configuration/ lists the keys';
  return [{ check: 'kind', state: 'problem', message, hint }];
}

function checkSetUp(workspaceRoot: string): Finding {
  const missing = [KIND_CONFIG, 'deploy/dev/kustomization.yaml'].filter(
    (file) => !existsSync(join(workspaceRoot, file)),
  );
  const hasPlugin = readFileSync(join(workspaceRoot, 'nx.json'), 'utf8').includes('"slipway"');
  if (hasPlugin && missing.length === 0) return { check: 'set-up', state: 'ok', message: 'the workspace is set up' };
  const message = hasPlugin ? `${missing.join(', ')} is missing` : 'nx.json does not have the plugin slipway';
  return { check: 'set-up', state: 'problem', message, hint: INIT };
}

async function checkIgnores(workspaceRoot: string): Promise<Finding> {
  const missing = await missingIgnoreLines(workspaceRoot);
  if (missing.length === 0) return { check: 'git', state: 'ok', message: 'git ignores what holds secrets' };
  const hint = missing.map((line) => `echo '${line}' >> .gitignore`).join(' && ');
  return {
    check: 'git',
    state: 'problem',
    message: `git would take secrets: ${missing.join(', ')} is not ignored`,
    hint,
  };
}

function checkLockfile(workspaceRoot: string): Finding {
  const lockfile = lockfileOf(workspaceRoot);
  if (lockfile === 'package-lock.json' || lockfile === 'pnpm-lock.yaml')
    return { check: 'lockfile', state: 'ok', message: lockfile };
  const message = `${lockfile ?? 'no lockfile'}: the SBOM of an image lists its packages without hashes`;
  return { check: 'lockfile', state: 'note', message, hint: 'commit package-lock.json or pnpm-lock.yaml for hashes' };
}
