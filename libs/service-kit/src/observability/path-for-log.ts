/** The route of a request that matches none, in log lines and metrics. */
export const UNMATCHED = 'unmatched';

const LONGEST = 100;

/** The path of a request as the log may hold it: without its query, which may carry a secret, and not without end. */
export function pathForLog(url = '/'): string {
  const path = url.split('?', 1)[0]!;
  return path.length > LONGEST ? `${path.slice(0, LONGEST - 1)}…` : path;
}
