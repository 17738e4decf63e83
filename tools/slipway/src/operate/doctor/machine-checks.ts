import { isTooOld, minimumNode } from '@slipway/util/node-version';
import { clusterCommand } from '../../util/commands.ts';
import { cacheDir } from '../../util/workspace/cache-dir.ts';
import type { Finding, Machine } from './finding.ts';

const GIB = 1024 ** 3;
/** What images, the node and a few services take. */
const WANTED_GIB = 10;

const INOTIFY = '/proc/sys/fs/inotify/max_user_instances';
const WANTED_INSTANCES = 512;
/** A sixth node was one too many for the default of 128. */
const INSTANCES_OF_NODE = 25;

/** Node.js, the container engine, control groups, disk and registries of this machine. */
export async function checkMachine(machine: Machine): Promise<Finding[]> {
  const [engine, disk, registry, packages] = await Promise.all([
    checkEngine(machine),
    checkDisk(machine),
    checkRegistry(machine),
    checkPackageRegistry(machine),
  ]);
  return [checkNode(machine), engine, checkCgroups(machine), ...checkInotify(machine), disk, registry, packages];
}

function checkNode({ nodeVersion }: Machine): Finding {
  const found = { check: 'node', message: `Node.js ${nodeVersion}` };
  if (!isTooOld(nodeVersion)) return { ...found, state: 'ok' };
  return { ...found, state: 'problem', hint: `install Node.js ${minimumNode} or newer` };
}

async function checkEngine({ output }: Machine): Promise<Finding> {
  const version = await output('docker', 'version', '--format', '{{.Server.Version}}');
  if (version !== undefined) return { check: 'engine', state: 'ok', message: `Docker engine ${version.trim()}` };
  const hint = `start Docker, or as root: ${clusterCommand('engine', '--install')}`;
  return { check: 'engine', state: 'problem', message: 'no container engine answers', hint };
}

function checkCgroups({ platform, fileExists }: Machine): Finding {
  if (platform !== 'linux') return { check: 'cgroups', state: 'ok', message: "control groups are the engine's" };
  if (fileExists('/sys/fs/cgroup/cgroup.controllers')) return { check: 'cgroups', state: 'ok', message: 'cgroup v2' };
  if (!fileExists('/sys/fs/cgroup/memory')) {
    const hint = 'mount them: mount -t cgroup2 none /sys/fs/cgroup';
    return { check: 'cgroups', state: 'problem', message: 'no control groups are mounted', hint };
  }
  const hint = 'boot with systemd.unified_cgroup_hierarchy=1 before Kubernetes drops it';
  return { check: 'cgroups', state: 'note', message: 'cgroup v1, which Kubernetes has deprecated', hint };
}

/** Each node of kind takes some; without them a node dies and does not say why. */
function checkInotify({ platform, readFile }: Machine): Finding[] {
  const limit = Number(platform === 'linux' ? (readFile(INOTIFY) ?? NaN) : NaN);
  if (Number.isNaN(limit) || limit >= WANTED_INSTANCES) return [];
  const message = `${limit} inotify instances, which suffice for about ${Math.floor(limit / INSTANCES_OF_NODE)} kind nodes`;
  const hint = `as root: sysctl fs.inotify.max_user_instances=${WANTED_INSTANCES}`;
  return [{ check: 'inotify', state: 'note', message, hint }];
}

async function checkDisk({ freeBytes }: Machine): Promise<Finding> {
  const free = (await freeBytes(cacheDir())) / GIB;
  const message = `${free.toFixed(1)} GiB are free for images, in ${cacheDir()}`;
  if (free >= WANTED_GIB) return { check: 'disk', state: 'ok', message };
  return {
    check: 'disk',
    state: 'problem',
    message,
    hint: `free ${WANTED_GIB} GiB, or set SLIPWAY_CACHE to another disk`,
  };
}

async function checkRegistry({ answers }: Machine): Promise<Finding> {
  if (await answers('https://registry-1.docker.io/v2/'))
    return { check: 'registry', state: 'ok', message: 'Docker Hub answers' };
  const hint = `${clusterCommand('up')} builds what it needs from packages instead`;
  return { check: 'registry', state: 'note', message: 'Docker Hub does not answer', hint };
}

async function checkPackageRegistry({ output, answers }: Machine): Promise<Finding> {
  const url = withoutLogin((await output('npm', 'config', 'get', 'registry'))?.trim() || 'https://registry.npmjs.org/');
  if (await answers(url)) return { check: 'packages', state: 'ok', message: `the package registry answers: ${url}` };
  const hint = 'npm config set registry URL; what is installed and cached goes on without it';
  return { check: 'packages', state: 'note', message: `the package registry does not answer: ${url}`, hint };
}

/** A login in the address is not for the terminal, and `fetch` refuses it; a registry that asks for one answers, too. */
function withoutLogin(address: string): string {
  const url = URL.parse(address);
  if (url === null) return address;
  url.username = '';
  url.password = '';
  return url.href;
}
