import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readJsonc } from '@slipway/util/jsonc';
import { collectServiceSpecs } from '../../services/read-services.ts';
import { SERVICE_FILE, serviceRoots } from '../../services/service-roots.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { isObject } from '../../util/json-object.ts';
import { lockfileOf } from '../../util/workspace/lockfile.ts';
import { readPluginOptions } from '../../util/workspace/plugin-options.ts';
import type { Finding } from './finding.ts';

/** Targets of a service that apps often have, too: Nx takes the app's own. */
const COMMON_TARGETS = ['serve', 'start', 'stop', 'restart', 'image', 'debug'];
const DECORATED = /\bfrom ['"](?:@nestjs\/core|reflect-metadata|typeorm|type-graphql|inversify)['"]/;
/** Keys that lead to what slipway does not run. */
const OUTSIDE =
  /^(REDIS|VALKEY|AMQP|RABBITMQ|KAFKA|NATS|S3|MINIO|MONGO|MONGODB|MYSQL|ELASTICSEARCH)(_\w+)?_(UR[IL]|HOST|BROKERS|ENDPOINT)$/;
const NETWORK_POLICY = /kind:\s*NetworkPolicy/;

/** Which services there are, and what stops each from being built, run or reached. */
export async function checkServices(workspaceRoot: string): Promise<Finding[]> {
  const { serviceSpecs, problems } = await collectServiceSpecs(workspaceRoot);
  const broken = problems.map(({ file, line, key, message, hint }) => {
    const place = `${file}${line === undefined ? '' : `:${line}`}${key === undefined ? '' : ` ${key}`}`;
    return problem(`${place}: ${message}`, hint);
  });
  const found = serviceSpecs.map(({ name }) => name).join(', ');
  const findings = [
    ...(serviceSpecs.length === 0 ? [] : [{ check: 'services', state: 'ok' as const, message: `services: ${found}` }]),
    ...broken,
    ...checkFolders(workspaceRoot),
    ...serviceSpecs.flatMap((spec) => [
      ...checkBuild(workspaceRoot, spec),
      ...checkTargets(workspaceRoot, spec),
      ...checkOutside(workspaceRoot, spec),
    ]),
  ];
  if (findings.length > 0) return findings;
  return [
    { check: 'services', state: 'note', message: 'there is no service yet', hint: 'npx nx g slipway:adopt PROJECT' },
  ];
}

/** What the globs of nx.json do not reach. */
function checkFolders(workspaceRoot: string): Finding[] {
  const roots = serviceRoots(workspaceRoot);
  const all = globSync(`**/${SERVICE_FILE}`, { cwd: workspaceRoot, exclude: ['**/node_modules', 'dist', '.nx'] });
  return all
    .map((file) => dirname(file))
    .filter((root) => !roots.includes(root))
    .map((root) => {
      const hint = `nx.json, options of the plugin slipway: "services": ["${dirname(root) === '.' ? root : `${dirname(root)}/*`}", …]`;
      return problem(`${root}/${SERVICE_FILE} is in no folder that is looked in for services`, hint);
    });
}

function checkBuild(workspaceRoot: string, { root, build }: ServiceSpec): Finding[] {
  if (build !== undefined) {
    if (!('target' in build) || !isLinkedByPnpm(workspaceRoot)) return [];
    const message = `${root} is built by a target: pnpm has only linked the packages that it loads, which no image keeps`;
    return [problem(message, 'nodeLinker: hoisted in pnpm-workspace.yaml, then pnpm install')];
  }
  const main = join(workspaceRoot, root, 'src/main.ts');
  if (!existsSync(main))
    return [
      problem(
        `${root}/src/main.ts is missing: an image is a bundle of it`,
        `name the entry of the app so, or write build into ${root}/${SERVICE_FILE}`,
      ),
    ];
  if (!DECORATED.test(readFileSync(main, 'utf8'))) return [];
  const hint = `${root}/${SERVICE_FILE}: build: { target: build, entry: dist/main.js }`;
  return [problem(`${root} has decorators, whose types a bundle does not keep`, hint)];
}

/** With `nodeLinker: hoisted`, pnpm keeps only its lock.yaml in there. */
function isLinkedByPnpm(workspaceRoot: string): boolean {
  if (lockfileOf(workspaceRoot) !== 'pnpm-lock.yaml') return false;
  return globSync('node_modules/.pnpm/*/node_modules', { cwd: workspaceRoot }).length > 0;
}

/** The app's own targets win over slipway's of the same name. */
function checkTargets(workspaceRoot: string, { root }: ServiceSpec): Finding[] {
  const { targetNames = {} } = readPluginOptions(workspaceRoot);
  const own = ownTargets(join(workspaceRoot, root));
  const hidden = COMMON_TARGETS.filter((target) => own.includes(targetNames[target] ?? target));
  if (hidden.length === 0) return [];
  const names = hidden.map((target) => `"${target}": "slipway-${target}"`).join(', ');
  const hint = `nx.json, options of the plugin slipway: "targetNames": { ${names} }`;
  return [problem(`${root}: the app's own ${hidden.join(', ')} hides slipway's`, hint)];
}

function ownTargets(folder: string): string[] {
  const [manifest, project] = ['package.json', 'project.json'].map((name) => {
    const file = join(folder, name);
    const content: unknown = existsSync(file) ? readJsonc(file) : {};
    return isObject(content) ? content : {};
  });
  const nx = isObject(manifest?.nx) ? manifest.nx : {};
  const { includedScripts } = nx;
  const scripts = Array.isArray(includedScripts) ? includedScripts : Object.keys(manifest?.scripts ?? {});
  return [project?.targets, nx.targets, Object.fromEntries(scripts.map((name) => [name, {}]))].flatMap((targets) =>
    Object.keys(targets ?? {}),
  );
}

/** A cache or a queue that its pods may not reach: traffic is closed unless a policy opens it. */
function checkOutside(workspaceRoot: string, { name, root, keys }: ServiceSpec): Finding[] {
  const outside = keys.filter((key) => OUTSIDE.test(key.name) && key.source.kind === 'plain').map((key) => key.name);
  if (outside.length === 0) return [];
  const files = globSync(['deploy/*.yaml', 'deploy/!(base)/**/*.yaml', `${root}/k8s/*.yaml`], { cwd: workspaceRoot });
  const isOpened = files.some((file) => {
    const text = readFileSync(join(workspaceRoot, file), 'utf8');
    return NETWORK_POLICY.test(text) && text.includes(name);
  });
  if (isOpened) return [];
  const message = `${root} reads ${outside.join(', ')}, which slipway does not run, and no policy lets its pods reach it`;
  const hint = `write a NetworkPolicy for ${name} into ${root}/k8s/fragment.yaml: docs/how-to/reach-another-program.md`;
  return [{ check: 'services', state: 'note', message, hint }];
}

function problem(message: string, hint: string): Finding {
  return { check: 'services', state: 'problem', message, hint };
}
