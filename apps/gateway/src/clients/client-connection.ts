import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { stopParsing } from '@shop/service-kit';
import type { ClosingReason } from '../overload.ts';

export type Turn = { request: IncomingMessage; response: ServerResponse };

type Owner = {
  serve(turn: Turn, connection: ClientConnection): void;
  /** Bytes held for clients have become more or fewer. */
  changed(bytes: number): void;
  /** A request has cost much more than it is long. */
  costly(): void;
};

/** The lower, the sooner: who was served on this connection before, who was not, who asks before it has its answer. */
export const ranks = { known: 0, unknown: 1, pipelining: 2 } as const;
export type Rank = (typeof ranks)[keyof typeof ranks];

/** So much a client must have taken when the time to read is over, or all there was. */
const readStep = 65_536;
/** Whoever is refused hears it within a second, or is cut off. */
const refusedMs = 750;

/**
 * One connection of a client. Its requests are served one after the other, as HTTP wants it of all that are not safe; so
 * no connection gets more than its share, and for none more than one answer is held.
 */
export class ClientConnection {
  readonly socket: Socket;
  /** When the last answer was complete, or the connection was made. */
  idleSince = performance.now();
  /** Since when bytes are held for this client without a break. */
  heldSince = 0;
  /** Who comes first when there is a queue. */
  rank: Rank = ranks.unknown;
  /** Nothing more is taken from it; it is closed at `closeAt` at the latest. */
  closeAt = Infinity;
  closeReason: ClosingReason = 'pipeline';
  /** The current answer is complete, or its client has left. */
  onEnd: (() => void) | undefined;
  /** The client has left before the current answer was complete. Comes before `onEnd`. */
  onLeft: (() => void) | undefined;
  /** Its memory is needed elsewhere: ends the current request with an answer, where that is still possible. */
  onEvicted: (() => void) | undefined;
  readonly #owner: Owner;
  #isBusy = false;
  #waiting: Turn[] = [];
  #waitingBytes = 0;
  #taken = 0;
  #unsent = 0;
  #readBytes = 0;
  #readSince = 0;
  #isClosed = false;

  constructor(socket: Socket, owner: Owner) {
    this.socket = socket;
    this.#owner = owner;
    socket.once('close', () => this.#release());
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Requests that were taken and not answered yet. */
  get depth(): number {
    return this.#isBusy ? this.#waiting.length + 1 : 0;
  }

  /** Bytes that are held for this client: of its requests, of answers to it. */
  get held(): number {
    return this.#waitingBytes + this.#taken + this.#unsent;
  }

  /** `bytes` of the current request or its answer are in our hands. */
  take(bytes: number): void {
    const change = bytes - this.#taken;
    this.#taken = bytes;
    this.#changed(change);
  }

  /** Looks how much the socket still holds of what was written. */
  noteUnsent(): void {
    const unsent = this.socket.writableLength;
    const change = unsent - this.#unsent;
    this.#unsent = unsent;
    this.#changed(change);
  }

  add(turn: Turn): void {
    if (!this.#isBusy) return this.#begin(turn);
    this.rank = ranks.pipelining;
    this.#waiting.push(turn);
    const bytes = bytesOf(turn.request);
    this.#waitingBytes += bytes;
    this.#changed(bytes);
  }

  /** Whether the client has taken too little of what stands ready for it during `timeoutMs`. */
  readsTooSlowly(now: number, timeoutMs: number): boolean {
    this.noteUnsent();
    if (this.#unsent === 0) {
      this.#readSince = 0;
      return false;
    }
    const readBytes = this.socket.bytesWritten - this.#unsent;
    if (this.#readSince === 0 || readBytes - this.#readBytes >= readStep) {
      this.#readBytes = readBytes;
      this.#readSince = now;
    }
    return now - this.#readSince > timeoutMs;
  }

  /** Forgets what waits and has not begun, and says which of it, or `turn`, is next to be answered. */
  takeWaiting(turn: Turn): Turn {
    const [first = turn] = this.#waiting;
    const bytes = this.#waitingBytes;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#changed(-bytes);
    return first;
  }

  /** `response` is the last that it gets: whatever else it sends is not read. */
  stopReading(response: ServerResponse, reason: ClosingReason): void {
    this.closeAt = performance.now() + refusedMs;
    this.closeReason = reason;
    if (reason === 'pieces') this.#owner.costly();
    stopParsing(this.socket);
    response.shouldKeepAlive = false;
  }

  /** At once, and visibly: what was written and not sent is lost, and the peer sees a reset, not an end. */
  reset(): void {
    this.socket.resetAndDestroy();
    this.#release();
  }

  #begin(turn: Turn): void {
    this.#isBusy = true;
    turn.response.once('close', () => this.#onResponseClosed(turn.response));
    this.#owner.serve(turn, this);
  }

  #onResponseClosed(response: ServerResponse): void {
    if (!response.writableFinished) this.onLeft?.();
    const end = this.onEnd;
    this.onLeft = undefined;
    this.onEnd = undefined;
    this.onEvicted = undefined;
    this.#isBusy = false;
    this.idleSince = performance.now();
    this.take(0);
    if (this.#unsent > 0) this.noteUnsent();
    end?.();
    if (this.socket.destroyed) return;
    const next = this.#waiting.shift();
    if (next === undefined) {
      if (response.statusCode < 500) this.rank = ranks.known;
      return;
    }
    const bytes = bytesOf(next.request);
    this.#waitingBytes -= bytes;
    this.#changed(-bytes);
    this.#begin(next);
  }

  /** Nothing is held for it any more, whatever those still say who work for it. */
  #release(): void {
    const { held } = this;
    this.#waiting = [];
    this.#waitingBytes = this.#taken = this.#unsent = 0;
    this.#changed(-held);
    this.#isClosed = true;
  }

  #changed(bytes: number): void {
    if (bytes === 0 || this.#isClosed) return;
    if (this.heldSince === 0) this.heldSince = performance.now();
    if (this.held === 0) this.heldSince = 0;
    this.#owner.changed(bytes);
  }
}

/** What a request costs as long as it waits: its headers twice, raw and by name, and the objects about it. */
export function bytesOf({ rawHeaders, url = '' }: IncomingMessage): number {
  let length = url.length;
  for (const text of rawHeaders) length += text.length;
  return 4096 + 2 * length;
}
