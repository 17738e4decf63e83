import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { target } from './target.ts';

/** The workspace brings a kubectl of the cluster's version. */
const TOOLS = join(import.meta.dirname, '..', '..', 'node_modules', '.bin');

/** Runs kubectl on the stack's namespace and answers its stdout. Rejects, with what it said, when it fails or hangs. */
export async function kubectl(args: string[], timeoutMs = 30_000): Promise<string> {
  if (target.kubeContext === undefined)
    throw new Error('there is no cluster to ask: cluster specs need KUBE_CONTEXT and KUBE_NAMESPACE');
  const { stdout } = await promisify(execFile)(
    'kubectl',
    ['--context', target.kubeContext, '--namespace', target.namespace, ...args],
    {
      timeout: timeoutMs,
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, PATH: `${TOOLS}${delimiter}${process.env.PATH ?? ''}` },
    },
  );
  return stdout;
}
