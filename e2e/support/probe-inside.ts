import { kubectl } from './kubectl.ts';
import { target } from './target.ts';

/** A TCP port as a pod tries to reach it. `host` is an address or a name. */
export type Endpoint = { host: string; port: number };
export type Outcome = 'reachable' | 'blocked';

// A firewall drops or refuses; a name that does not resolve or a missing route is a fault of the test, not a verdict.
const SCRIPT = `
import { connect } from 'node:net';
const probe = ({ host, port }) => new Promise((resolve) => {
  const socket = connect({ host, port, timeout: 3000 });
  const end = (outcome) => { socket.destroy(); resolve(outcome); };
  socket.on('connect', () => end('reachable')).on('timeout', () => end('blocked'));
  socket.on('error', ({ code }) => end(['ECONNREFUSED', 'ETIMEDOUT'].includes(code) ? 'blocked' : code));
});
console.log(JSON.stringify(await Promise.all(JSON.parse(process.argv[1]).map(probe))));
`;

/** Knocks on every door from inside a pod that has node; `pod` is given to kubectl exec, e.g. `deploy/order`. */
export async function probeInside(
  pod: string,
  endpoints: Endpoint[],
  namespace = target.namespace,
): Promise<Outcome[]> {
  const node = ['node', '--input-type=module', '--eval', SCRIPT, JSON.stringify(endpoints)];
  return JSON.parse(await kubectl(['--namespace', namespace, 'exec', pod, '-c', 'app', '--', ...node])) as Outcome[];
}
