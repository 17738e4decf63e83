import { createReadStream } from 'node:fs';
import { type Argv, exec } from '@slipway/util/exec';
import { kindNodes } from '../../kubernetes/client/kind-nodes.ts';

/** The containerd of one node. */
export type NodeStore = {
  node: string;
  /** Names of images, and digests of blobs. */
  contents: () => Promise<NodeContents>;
  /** Imports an OCI archive, which may lack blobs that the store holds. */
  importArchive: (file: string) => Promise<void>;
  removeImages: (references: string[]) => Promise<void>;
};

export type NodeContents = { references: Set<string>; digests: Set<string> };

/** The stores of every running node of a kind cluster. Throws with the hint when none runs. */
export async function dockerNodeStores(cluster: string): Promise<NodeStore[]> {
  return (await kindNodes(cluster)).map(dockerNodeStore);
}

function dockerNodeStore(node: string): NodeStore {
  const ctr = ['ctr', '--namespace=k8s.io', 'images'];
  return {
    node,
    contents: async () => {
      // One `docker exec`: each costs a tenth of a second.
      const script = 'ctr --namespace=k8s.io images ls -q; ctr --namespace=k8s.io content ls -q';
      const lines = (await exec(['docker', 'exec', node, 'sh', '-ec', script])).split('\n');
      return {
        references: new Set(lines.filter((line) => !line.startsWith('sha256:'))),
        digests: new Set(lines.filter((line) => line.startsWith('sha256:'))),
      };
    },
    importArchive: async (file) => {
      const command: Argv = ['docker', 'exec', '--interactive', node, ...ctr, 'import', '--all-platforms', '-'];
      await exec(command, { input: createReadStream(file) });
    },
    removeImages: async (references) => {
      if (references.length > 0) await exec(['docker', 'exec', node, ...ctr, 'rm', ...references]);
    },
  };
}
