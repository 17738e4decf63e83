import { Duplex } from 'node:stream';
import type { PodConnection } from '../../kubernetes/client/port-forward.ts';

/** A forwarded port as what Node's clients take for a socket. */
export function podStream({ incoming, send, close }: PodConnection): Duplex {
  const stream = new Duplex({
    read: () => void incoming.resume(),
    write: (chunk: Uint8Array, _encoding, done) => {
      send(chunk);
      done();
    },
    final: (done) => {
      close();
      done();
    },
    destroy: (error, done) => {
      close();
      done(error);
    },
  });
  incoming.on('data', (chunk: Uint8Array) => {
    if (!stream.push(chunk)) incoming.pause();
  });
  incoming.on('end', () => stream.push(null));
  // Closing it is no failure.
  incoming.on('error', (error) => stream.destroy(stream.writableEnded ? undefined : error));
  return stream;
}
