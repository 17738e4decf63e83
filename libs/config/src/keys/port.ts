import { integer } from './integer.ts';

/** A TCP port: `cluster` inside a pod, `local` for a process on this machine. */
export function port({ cluster, local, description }: { cluster: number; local: number; description: string }) {
  return integer({ description, default: cluster, local, minimum: 0, maximum: 65_535 });
}
