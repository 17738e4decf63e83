import { place } from './place.ts';
import { run } from './run.ts';

/** Where the images are that only this bench makes. */
export const REGISTRY = 'bench.local';

const ON_NODE = `ctr --namespace=k8s.io images ls --quiet | grep '^${REGISTRY}/' | xargs --no-run-if-empty ctr --namespace=k8s.io images rm`;

/** Removes the bench's images from Docker and from every node. */
export async function removeImages(): Promise<void> {
  const reference = ['--filter', `reference=${REGISTRY}/*`, '--format', '{{.Repository}}:{{.Tag}}'];
  const { output } = await run(['docker', 'image', 'ls', ...reference]);
  const images = output.split('\n').filter(Boolean);
  if (images.length > 0) await run(['docker', 'image', 'rm', '--force', ...images]);
  await Promise.all(place.nodes().map((node) => run(['docker', 'exec', node, 'sh', '-c', ON_NODE])));
}
