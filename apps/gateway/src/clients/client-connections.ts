import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { allowStopping } from '@shop/service-kit';
import { OverloadError, type ClosingReason, type Overload } from '../overload.ts';
import { ClientConnection, type Turn } from './client-connection.ts';
import { ReadTurns } from './read-turns.ts';

type Limits = {
  connections: number;
  pipeline: number;
  readTimeoutMs: number;
  heldBytes: number;
};

type Options = {
  limits: Limits;
  overload: Overload;
  serve(request: IncomingMessage, response: ServerResponse, connection: ClientConnection): void;
  refuse(request: IncomingMessage, response: ServerResponse, error: OverloadError): void;
};

type TrackedSocket = Socket & { [tracked]?: ClientConnection };

const tracked = Symbol('client connection');
const sweepMs = 250;
/** So many at a time make room, so that looking for them costs little for each. */
const idleBatch = 64;
/** Room is made for a while. */
const roomShare = 0.9;

/** All connections of clients, and the bounds of what they may hold. */
export class ClientConnections {
  readonly #options: Options;
  readonly #all = new Set<ClientConnection>();
  readonly #readTurns = new ReadTurns();
  #held = 0;
  #isEvicting = false;

  constructor(options: Options) {
    this.#options = options;
  }

  get count(): number {
    return this.#all.size;
  }

  get heldBytes(): number {
    return this.#held;
  }

  watch(server: Server): void {
    allowStopping(server);
    server.on('connection', (socket) => {
      this.#add(socket);
      this.#readTurns.add(socket);
    });
    const sweeper = setInterval(() => this.#sweep(), sweepMs).unref();
    server.once('close', () => clearInterval(sweeper));
  }

  /**
   * Serves the request when those before it on its connection have been answered. One too many ends the connection: the
   * request that is under way is answered, the next one is refused, and the rest is not looked at; served, it would cost as
   * much as that of so many clients.
   */
  admit(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const connection = (socket as TrackedSocket)[tracked] ?? this.#add(socket);
    // What follows a refusal is neither served nor looked at.
    if (connection.closeAt !== Infinity || socket.destroyed) return;
    if (connection.depth < this.#options.limits.pipeline) return connection.add({ request, response });
    const refused = connection.takeWaiting({ request, response });
    connection.stopReading(refused.response, 'pipeline');
    this.#options.refuse(refused.request, refused.response, new OverloadError('pipeline'));
  }

  #add(socket: Socket): ClientConnection {
    const connection = new ClientConnection(socket, this);
    (socket as TrackedSocket)[tracked] = connection;
    this.#all.add(connection);
    socket.once('close', () => this.#all.delete(connection));
    if (this.#all.size > this.#options.limits.connections) this.#makeRoom(connection);
    return connection;
  }

  serve({ request, response }: Turn, connection: ClientConnection): void {
    this.#options.serve(request, response, connection);
  }

  costly(): void {
    this.#readTurns.noteCost();
  }

  changed(bytes: number): void {
    this.#held += bytes;
    if (bytes > 0 && this.#held > this.#options.limits.heldBytes) this.#evict();
  }

  #sweep(): void {
    const now = performance.now();
    for (const connection of this.#all) {
      if (now >= connection.closeAt) this.#close(connection, connection.closeReason);
      else if (connection.isBusy && connection.readsTooSlowly(now, this.#options.limits.readTimeoutMs))
        this.#close(connection, 'slow-reader');
    }
  }

  /** Those that have been idle longest go: among them whoever connects and asks nothing. */
  #makeRoom(newest: ClientConnection): void {
    const idle = [...this.#all].filter((connection) => !connection.isBusy && connection !== newest);
    idle.sort((a, b) => a.idleSince - b.idleSince);
    const leaving = idle.length > 0 ? idle.slice(0, idleBatch) : [newest];
    for (const connection of leaving) this.#close(connection, 'too-many-connections');
  }

  /** Whoever has held most for longest pays: readers that are quick hold much for milliseconds only. */
  #evict(): void {
    if (this.#isEvicting) return;
    this.#isEvicting = true;
    const now = performance.now();
    const holders = [...this.#all].filter(({ held }) => held > 0);
    const cost = ({ held, heldSince }: ClientConnection) => held * (now - heldSince);
    holders.sort((a, b) => cost(b) - cost(a));
    let excess = this.#held - this.#options.limits.heldBytes * roomShare;
    for (const connection of holders) {
      if (excess <= 0) break;
      excess -= connection.held;
      if (connection.onEvicted === undefined) this.#close(connection, 'memory');
      else connection.onEvicted();
    }
    this.#isEvicting = false;
  }

  #close(connection: ClientConnection, reason: ClosingReason): void {
    this.#all.delete(connection);
    this.#options.overload.closed(reason);
    connection.reset();
  }
}
