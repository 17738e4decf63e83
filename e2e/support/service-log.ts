import { kubectl } from './kubectl.ts';

export type LogLine = {
  service?: string;
  requestId?: string;
  traceId?: string;
  orderId?: string;
  userId?: string;
  level?: string;
  msg?: string;
};

/** What the pods of a service have logged of one request. */
export async function logOfRequest(service: string, requestId: string): Promise<LogLine[]> {
  return (await logOf(service)).filter((line) => line.requestId === requestId);
}

/** What the pods of a service have logged lately. Every line must be JSON: one that is not makes this reject. */
export async function logOf(service: string): Promise<LogLine[]> {
  const selector = ['--selector', `app.kubernetes.io/name=${service}`, '-c', 'app'];
  const text = await kubectl(['logs', ...selector, '--tail=-1', '--since=5m']);
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as LogLine);
}
