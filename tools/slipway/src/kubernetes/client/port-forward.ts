import { PassThrough } from 'node:stream';
import { UserError } from '@slipway/util/errors';
import type { KubeApi } from './kube-api.ts';
import type { MessageEvent } from 'undici';

/** A TCP connection to a port on a pod's loopback. */
export type PodConnection = {
  /** What the pod sends; an error when the connection breaks or the pod refuses it. */
  incoming: PassThrough;
  send: (content: string | Uint8Array) => void;
  close: () => void;
};

/** The two streams of one forwarded port, each message led by its number. Each begins with the port's number. */
const DATA = 0;
const ERROR = 1;
/** Far below what the kubelet takes in one message. */
const LARGEST_MESSAGE = 256 * 1024;

/** Connects through the API server and the kubelet, as `kubectl port-forward` does. Resolves when the pod can be written to. */
export async function forwardPort(api: KubeApi, namespace: string, pod: string, port: number): Promise<PodConnection> {
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/portforward?ports=${port}`;
  const socket = api.socket(path, 'v4.channel.k8s.io');
  socket.binaryType = 'arraybuffer';
  const incoming = new PassThrough();
  const begun = new Set<number>();
  const fail = (reason: string) => incoming.destroy(new UserError(`port ${port} of pod ${pod}: ${reason}`));
  socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
    const bytes = Buffer.from(data);
    const channel = bytes.readUInt8();
    if (!begun.has(channel)) begun.add(channel);
    else if (channel === DATA) incoming.write(bytes.subarray(1));
    else if (channel === ERROR) fail(bytes.subarray(1).toString());
  });
  socket.addEventListener('close', () => fail('the connection was closed'));
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', ({ message, error }) => {
      fail(message);
      const reason = error instanceof Error ? error.message : message;
      reject(new UserError(`cannot reach port ${port} of pod ${pod}: ${reason}`));
    });
  });
  return {
    incoming,
    send: (content) => {
      const bytes = Buffer.from(content);
      for (let at = 0; at < bytes.length; at += LARGEST_MESSAGE) {
        socket.send(Buffer.concat([Buffer.of(DATA), bytes.subarray(at, at + LARGEST_MESSAGE)]));
      }
    },
    close: () => socket.close(),
  };
}
