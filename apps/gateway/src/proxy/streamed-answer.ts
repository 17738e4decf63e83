import type { ServerResponse } from 'node:http';
import type { ClientConnection } from '../clients/client-connection.ts';

type Options = {
  response: ServerResponse;
  client: ClientConnection;
  /** Bytes that are held for one client before the service must wait for it. */
  most: number;
  /** The service need wait no longer. */
  onRoom(): void;
};

/** What a piece of an answer costs beside its bytes: a service that sends single bytes fills memory with these. */
const pieceBytes = 512;
const largestWrite = 65_536;

/** Cost of holding a piece, in bytes. */
export function costOf(piece: Buffer): number {
  return piece.length + pieceBytes;
}

/**
 * An answer on its way to a client, from the first byte on. What the client does not take is held here, so that the
 * service gets its connection back; one write at a time is under way.
 */
export class StreamedAnswer {
  readonly #options: Options;
  #pieces: Buffer[] = [];
  #cost = 0;
  #isWriting = false;
  #isComplete = false;
  #isFull = false;

  constructor(options: Options, pieces: Buffer[]) {
    this.#options = options;
    for (const piece of pieces) this.push(piece);
  }

  /** Whether there is room for more. */
  push(piece: Buffer): boolean {
    this.#pieces.push(piece);
    this.#cost += costOf(piece);
    this.#options.client.take(this.#cost);
    if (!this.#isWriting) this.#write();
    this.#isFull ||= this.#options.client.held > this.#options.most;
    return !this.#isFull;
  }

  end(): void {
    this.#isComplete = true;
    if (!this.#isWriting) this.#write();
  }

  #write(): void {
    const { response, client } = this.#options;
    if (response.destroyed) return;
    if (this.#pieces.length === 0) {
      if (this.#isComplete) response.end();
      return;
    }
    this.#isWriting = true;
    response.write(this.#next(), () => this.#onWritten());
    client.take(this.#cost);
    client.noteUnsent();
  }

  #onWritten(): void {
    this.#isWriting = false;
    this.#write();
    const { client, most, onRoom } = this.#options;
    if (!this.#isFull || client.held > most / 2) return;
    this.#isFull = false;
    onRoom();
  }

  #next(): Buffer {
    const [first, second] = this.#pieces;
    if (first !== undefined && (second === undefined || first.length + second.length > largestWrite)) {
      this.#pieces.shift();
      this.#cost -= costOf(first);
      return first;
    }
    let count = 0;
    let length = 0;
    while (count < this.#pieces.length && length + this.#pieces[count]!.length <= largestWrite)
      length += this.#pieces[count++]!.length;
    const taken = this.#pieces.splice(0, count);
    for (const piece of taken) this.#cost -= costOf(piece);
    return Buffer.concat(taken, length);
  }
}
