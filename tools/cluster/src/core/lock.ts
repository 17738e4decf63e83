import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { pause } from './interruption.ts';
import { say } from './steps.ts';

/**
 * Only one run at a time may change `subject`; a second one waits. The lock is a socket in Linux's abstract
 * namespace: the kernel frees it however its holder dies, so no stale lock can ever be left.
 */
export async function withLock<T>(subject: string, work: () => Promise<T>): Promise<T> {
  const address = `\0slipway-${createHash('sha256').update(subject).digest('hex').slice(0, 24)}`;
  let server = await tryListen(address);
  if (!server) say('another run is at work on this machine: waiting for it to finish');
  while (!server) {
    await pause(500);
    server = await tryListen(address);
  }
  try {
    return await work();
  } finally {
    server.close();
  }
}

function tryListen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.unref();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen({ path: address }, () => resolve(server));
  });
}
