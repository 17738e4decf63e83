import { UserError } from '@slipway/util/errors';
import type { KubeApi } from './kube-api.ts';
import type { MessageEvent } from 'undici';

export type PodAnswer = { status: number; body: string };

/** A process that takes longer to answer is reported as one that does not, ms. */
const TIMEOUT_MS = 4_000;
/** Channels of the one port that is forwarded. */
const DATA = 0;
const HEAD_END = '\r\n\r\n';

/**
 * GET, or PUT where there is a `body`, to a port of a pod through the API server and the kubelet of its node, which no NetworkPolicy stops. Throws when
 * the pod cannot be reached or does not answer in time.
 */
export function podRequest(
  api: KubeApi,
  { namespace, pod, port, path, body }: { namespace: string; pod: string; port: number; path: string; body?: object },
): Promise<PodAnswer> {
  const socket = api.socket(
    `/api/v1/namespaces/${namespace}/pods/${pod}/portforward?ports=${port}`,
    'v4.channel.k8s.io',
  );
  socket.binaryType = 'arraybuffer';
  const chunks: Buffer[] = [];
  // The first message of each channel is the port's number.
  const greeted = new Set<number>();
  return new Promise<PodAnswer>((resolve, reject) => {
    const late = () => reject(new UserError(`${pod} did not answer within ${TIMEOUT_MS} ms`));
    setTimeout(late, TIMEOUT_MS).unref();
    const look = (hasEnded: boolean) => {
      const answer = parseAnswer(Buffer.concat(chunks), hasEnded);
      if (answer !== undefined) resolve(answer);
      else if (hasEnded) reject(new UserError(`${pod} broke off`));
    };
    socket.addEventListener('open', () => {
      // HTTP/1.0: the answer comes in one piece and ends with the connection.
      socket.send(Buffer.from(`\0${requestText(pod, path, body)}`));
    });
    socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
      const message = Buffer.from(data);
      const channel = message.readUInt8();
      if (!greeted.has(channel)) {
        greeted.add(channel);
        return;
      }
      const content = message.subarray(1);
      if (channel === DATA) {
        chunks.push(content);
        look(false);
      } else reject(new UserError(shortReason(content.toString(), pod, port)));
    });
    socket.addEventListener('close', () => look(true));
    socket.addEventListener('error', () => reject(new UserError(`${pod} cannot be reached`)));
  }).finally(() => socket.close());
}

function requestText(pod: string, path: string, body: object | undefined): string {
  const text = body === undefined ? '' : JSON.stringify(body);
  const head = [`${body === undefined ? 'GET' : 'PUT'} ${path} HTTP/1.0`, `Host: ${pod}`];
  if (body !== undefined) head.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`);
  return `${head.join('\r\n')}${HEAD_END}${text}`;
}

/** The kubelet tells it in three nested sentences. */
function shortReason(text: string, pod: string, port: number): string {
  return text.includes('connection refused') ? `${pod} refuses connections to port ${port}` : `${pod}: ${text.trim()}`;
}

/** The answer once all of it is there: as many bytes as it says, or those until its end. */
function parseAnswer(bytes: Buffer, hasEnded: boolean): PodAnswer | undefined {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd === -1) return undefined;
  const head = bytes.toString('utf8', 0, headEnd);
  const body = bytes.subarray(headEnd + HEAD_END.length);
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? (hasEnded ? body.length : Infinity));
  if (body.length < length) return undefined;
  return { status: Number(/^HTTP\/\S+ (\d+)/.exec(head)?.[1]), body: body.toString() };
}
