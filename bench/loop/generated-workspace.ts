import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { flushChanges, FsTree } from 'nx/src/generators/tree.js';
import { serviceGenerator } from 'slipway/service-generator';
import { place } from './place.ts';
import { type Run, run } from './run.ts';

/** The generated services have a namespace of their own: the stack of this workspace is not touched. */
const NAMESPACE = 'bench-loop';
/** What names the services of this workspace. */
const LEFT_OUT = ['apps', 'e2e', 'bench', 'deploy/base', 'deploy/components', 'deploy/dev'];
/** Twenty services ask for less of the processor than a node of two cores has left beside the stack. */
const OVERLAY = `resources: [../base]
components: [generated]
patches:
  - target: { kind: Deployment }
    patch: '[{"op":"replace","path":"/spec/template/spec/containers/0/resources/requests/cpu","value":"1m"}]'
`;

export type GeneratedWorkspace = {
  root: string;
  /** Adds services of the generator until there are `count`. */
  grow: (count: number) => Promise<void>;
  nx: (...args: string[]) => Promise<Run>;
  /** Takes the services off the cluster and deletes the copy. */
  remove: () => Promise<void>;
};

/** A copy of this workspace as committed, in a temporary folder and without its services. */
export async function generatedWorkspace(): Promise<GeneratedWorkspace> {
  const root = await mkdtemp(join(tmpdir(), 'bench-loop-'));
  const archive = execFileSync('git', ['archive', 'HEAD'], { cwd: place.workspaceRoot, maxBuffer: 1e9 });
  execFileSync('tar', ['--extract', '--directory', root], { input: archive });
  for (const path of LEFT_OUT) await rm(join(root, path), { recursive: true });
  copyPackages(join(place.workspaceRoot, 'node_modules'), join(root, 'node_modules'));
  const tree = new FsTree(root, false);
  tree.write('deploy/dev/kustomization.yaml', OVERLAY);
  flushChanges(root, tree.listChanges());

  const nxJson = await readFile(join(root, 'nx.json'), 'utf8');
  const inNamespace = nxJson.replace(/"namespace": "[^"]*"/, `"namespace": "${NAMESPACE}"`);
  // Its daemon cannot make the graph of a workspace whose node_modules is a link.
  const env = { ...process.env, NX_DAEMON: 'false' };
  const nx = (...args: string[]) => run([...place.nx, ...args], { cwd: root, env });
  let services = 0;

  return {
    root,
    nx,
    async grow(count) {
      // The generator takes the packages' scope from the namespace.
      await writeFile(join(root, 'nx.json'), nxJson);
      while (services < count) {
        const next = new FsTree(root, false);
        // What it returns would run npm install, here in the node_modules of the real workspace.
        await serviceGenerator(next, { name: `bench-${++services}` });
        flushChanges(root, next.listChanges());
      }
      await writeFile(join(root, 'nx.json'), inNamespace);
      await nx('run', 'deploy:assemble-base');
    },
    async remove() {
      await nx('run', 'deploy:teardown');
      await rm(root, { recursive: true });
    },
  };
}

/** An image takes nothing from outside of its workspace. Linked where both are on one file system: a copy takes a minute. */
function copyPackages(from: string, to: string): void {
  const isOneFileSystem = statSync(from).dev === statSync(dirname(to)).dev;
  execFileSync('cp', ['--archive', ...(isOneFileSystem ? ['--link'] : []), from, to]);
}
