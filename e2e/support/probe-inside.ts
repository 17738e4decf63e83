import { kubectl } from './kubectl.ts';
import { target } from './target.ts';

/** A TCP port as a pod tries to reach it. `host` is an address or a name. */
export type Door = { host: string; port: number };
export type Outcome = 'open' | 'shut';

// A firewall drops or refuses; a name that does not resolve or a missing route is a fault of the test, not a verdict.
const SCRIPT = `
import { connect } from 'node:net';
const knock = ({ host, port }) => new Promise((resolve) => {
  const socket = connect({ host, port, timeout: 3000 });
  const end = (outcome) => { socket.destroy(); resolve(outcome); };
  socket.on('connect', () => end('open')).on('timeout', () => end('shut'));
  socket.on('error', ({ code }) => end(['ECONNREFUSED', 'ETIMEDOUT'].includes(code) ? 'shut' : code));
});
console.log(JSON.stringify(await Promise.all(JSON.parse(process.argv[1]).map(knock))));
`;

/** Knocks on every door from inside a pod that has node; `pod` is given to kubectl exec, e.g. `deploy/order`. */
export async function probeInside(pod: string, doors: Door[], namespace = target.namespace): Promise<Outcome[]> {
  const node = ['node', '--input-type=module', '--eval', SCRIPT, JSON.stringify(doors)];
  return JSON.parse(await kubectl(['--namespace', namespace, 'exec', pod, '-c', 'app', '--', ...node])) as Outcome[];
}
