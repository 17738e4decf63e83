/** Messages between a run and its program host. `id`: the program's, chosen by the run. */

export type HostAsk =
  | { type: 'start'; id: number; script: string; cwd: string; env: Record<string, string>; flags: string[] }
  /** It was started held (see worker-preload.ts): let it take connections. */
  | { type: 'serve'; id: number }
  /** Its successor serves: let it finish what it has begun, and kill it after `graceMs`. */
  | { type: 'replaced'; id: number; graceMs: number }
  | { type: 'signal'; id: number; signal: NodeJS.Signals };

export type HostSay =
  | { type: 'started'; id: number; pid: number }
  | { type: 'line'; id: number; stream: 'stdout' | 'stderr'; line: string }
  /** Port on 127.0.0.1 at which this program's management routes answer, and no other program's. */
  | { type: 'management'; id: number; port: number }
  | { type: 'exit'; id: number; code: number | null; signal: NodeJS.Signals | null };
