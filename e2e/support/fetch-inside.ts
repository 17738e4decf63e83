import { kubectl } from './kubectl.ts';

export type InsideRequest = { url: string; method?: string; headers?: Record<string, string>; body?: string };
export type InsideReply = { status: number; headers: Record<string, string>; body: string };

// The images have node and no curl.
const SCRIPT = `
const replies = JSON.parse(process.argv[1]).map(async ({ url, ...init }) => {
  const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(10_000) });
  const headers = Object.fromEntries(response.headers);
  return { status: response.status, headers, body: await response.text() };
});
console.log(JSON.stringify(await Promise.all(replies)));
`;

/** Requests from inside the cluster, sent by a pod of the Deployment `from` or by `pod/NAME`; one exec for all: it is slow. */
export async function fetchInside<const Requests extends readonly InsideRequest[]>(
  from: string,
  ...requests: Requests
): Promise<{ [Key in keyof Requests]: InsideReply }> {
  const node = ['node', '--input-type=module', '--eval', SCRIPT, JSON.stringify(requests)];
  const replies = await kubectl(['exec', from.includes('/') ? from : `deploy/${from}`, '-c', 'app', '--', ...node]);
  return JSON.parse(replies) as { [Key in keyof Requests]: InsideReply };
}
