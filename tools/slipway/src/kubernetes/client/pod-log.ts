import type { KubeApi } from './kube-api.ts';
import { KubeError } from './kube-error.ts';

/** The last lines of a container's log; of its previous run when the present one has said nothing yet. */
export async function podLog(
  api: KubeApi,
  namespace: string,
  { pod, container, lines = 20 }: { pod: string; container: string; lines?: number },
): Promise<string> {
  const read = async (previous: boolean) => {
    const query = new URLSearchParams({ container, tailLines: String(lines), previous: String(previous) });
    try {
      return (await api.text(`/api/v1/namespaces/${namespace}/pods/${pod}/log?${query}`)).trimEnd();
    } catch (error) {
      // A container that has not started, or has no previous run, has no log: that is an answer.
      if (error instanceof KubeError) return '';
      throw error;
    }
  };
  return (await read(false)) || (await read(true));
}
