import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { programs } from '@slipway/checks/programs';
import { CONTEXT, NAMESPACE } from './stack.ts';

/** Opens a free port of this machine that leads to one of `target` (`pod/x`); resolves to its address. */
export async function portForward(target: string, port: number): Promise<{ url: string; close: () => void }> {
  const [command, ...args] = programs.kubectl(
    '--context',
    CONTEXT,
    '-n',
    NAMESPACE,
    'port-forward',
    target,
    `:${port}`,
  );
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const local = /127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (local !== undefined) return { url: `http://127.0.0.1:${local}`, close: () => void child.kill() };
  }
  throw new Error(`kubectl port-forward ${target} ended without a port`);
}
