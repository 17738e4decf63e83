import { kubectl } from './kubectl.ts';

export type InsideReply = { status: number; headers: Record<string, string>; body: string };
type InsideRequest = { method?: string; headers?: Record<string, string>; body?: string };

// The images have node and no curl.
const SCRIPT = `
const [url, init] = process.argv.slice(1);
const response = await fetch(url, { ...JSON.parse(init), redirect: 'manual', signal: AbortSignal.timeout(10_000) });
const headers = Object.fromEntries(response.headers);
console.log(JSON.stringify({ status: response.status, headers, body: await response.text() }));
`;

/** A request from inside the cluster, sent by a pod of the Deployment `from`. */
export async function fetchInside(from: string, url: string, init: InsideRequest = {}): Promise<InsideReply> {
  const node = ['node', '--input-type=module', '--eval', SCRIPT, url, JSON.stringify(init)];
  return JSON.parse(await kubectl(['exec', `deploy/${from}`, '-c', 'app', '--', ...node])) as InsideReply;
}
