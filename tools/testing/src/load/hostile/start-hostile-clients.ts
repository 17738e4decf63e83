import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { AttackName, HostileFigures } from './hostile-clients.ts';

export type HostileClients = {
  /** As of a moment ago. */
  figures(): HostileFigures;
  /** They leave; the last figures. */
  stop(): Promise<HostileFigures>;
};

const program = join(import.meta.dirname, 'main.ts');
/** They have been told to leave by then, and have. */
const leaveMs = 60_000;

/** Clients that mean harm to `url`, as a process of their own; it ends with this one. Only for what is ours. */
export function startHostileClients(url: string, attack: AttackName): HostileClients {
  const child = spawn(process.execPath, [program, url, attack], { stdio: ['pipe', 'pipe', 'inherit'] });
  let latest: HostileFigures = { opened: 0, closed: 0, open: 0, answers: {} };
  createInterface(child.stdout).on('line', (line) => (latest = JSON.parse(line) as HostileFigures));
  return {
    figures: () => latest,
    async stop() {
      const kill = setTimeout(() => child.kill('SIGKILL'), leaveMs);
      child.stdin.end();
      const [code] = (child.exitCode === null ? await once(child, 'close') : [child.exitCode]) as [number | null];
      clearTimeout(kill);
      if (code !== 0) throw new Error(`the hostile clients (${attack}) ended with ${code}`);
      return latest;
    },
  };
}
