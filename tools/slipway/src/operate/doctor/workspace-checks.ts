import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { collectServiceSpecs } from '../../services/read-services.ts';
import { SERVICE_FILE } from '../../services/service-roots.ts';
import { missingIgnoreLines } from '../../services/secrets/ignore-lines.ts';
import { lockfileOf } from '../../util/workspace/lockfile.ts';
import { KIND_CONFIG } from '../../util/workspace/settings.ts';
import type { Finding } from './finding.ts';

const INIT = 'npx nx g slipway:init';
/** Majors of Nx that the plugin is made for. */
const NX_MAJORS = ['22', '23'];

/** What the workspace says and lacks. */
export async function checkWorkspace(workspaceRoot: string): Promise<Finding[]> {
  return [
    checkNx(workspaceRoot),
    checkSetUp(workspaceRoot),
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
  const isGood = NX_MAJORS.includes(version.split('.')[0]!);
  if (isGood) return { check: 'nx', state: 'ok', message: `Nx ${version}` };
  return {
    check: 'nx',
    state: 'problem',
    message: `Nx ${version}`,
    hint: `use Nx ${NX_MAJORS.join(' or ')}: npx nx migrate`,
  };
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

async function checkServices(workspaceRoot: string): Promise<Finding[]> {
  const { serviceSpecs, problems } = await collectServiceSpecs(workspaceRoot);
  const broken = problems.map(({ file, line, key, message, hint }): Finding => {
    const place = `${file}${line === undefined ? '' : `:${line}`}${key === undefined ? '' : ` ${key}`}`;
    return {
      check: 'services',
      state: 'problem',
      message: `${place}: ${message}`,
      ...(hint === undefined ? {} : { hint }),
    };
  });
  const unbuilt = serviceSpecs
    .filter(({ root, build }) => build === undefined && !existsSync(join(workspaceRoot, root, 'src/main.ts')))
    .map(({ root }): Finding => {
      const message = `${root}/src/main.ts is missing: an image is a bundle of it`;
      return {
        check: 'services',
        state: 'problem',
        message,
        hint: `name the entry of the app so, or write build into ${root}/${SERVICE_FILE}`,
      };
    });
  if (serviceSpecs.length > 0)
    return [
      { check: 'services', state: 'ok', message: `services: ${serviceSpecs.map(({ name }) => name).join(', ')}` },
      ...broken,
      ...unbuilt,
    ];
  if (broken.length > 0) return broken;
  return [
    { check: 'services', state: 'note', message: 'there is no service yet', hint: 'npx nx g slipway:adopt PROJECT' },
  ];
}

function checkLockfile(workspaceRoot: string): Finding {
  const lockfile = lockfileOf(workspaceRoot);
  if (lockfile === 'package-lock.json' || lockfile === 'pnpm-lock.yaml')
    return { check: 'lockfile', state: 'ok', message: lockfile };
  const message = `${lockfile ?? 'no lockfile'}: the SBOM of an image lists its packages without hashes`;
  return { check: 'lockfile', state: 'note', message, hint: 'commit package-lock.json or pnpm-lock.yaml for hashes' };
}
