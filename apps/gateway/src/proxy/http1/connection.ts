import { connect, type Socket } from 'node:net';
import { parseAnswerHead, type AnswerHead } from './answer-head.ts';
import { atEndOfTurn } from '../end-of-turn.ts';
import { ChunkedDecoder } from './chunked-decoder.ts';

/** What becomes of one request. Exactly one of `onEnd` and `onError` comes last. */
export type AnswerHandler = {
  /** Which connection carries the request: at once, or after a wait for a free one. */
  onConnection(connection: Connection): void;
  /** From here on the service may act on the request. */
  onSent(): void;
  onHead(head: AnswerHead): void;
  /** `bytes` is overwritten after the call. Returns false to hear no more until `resume`. */
  onData(bytes: Buffer): boolean;
  onEnd(): void;
  onError(error: Error): void;
};

type Target = { host: string; port: number };

const longestHead = 32_768;
/** Reads are handled before the next one begins, so that all connections can share the memory. */
const shared = Buffer.allocUnsafeSlow(65_536);

/** One keep-alive connection to a service; one request at a time. `onIdle`: it may be used again, or not, if destroyed. */
export class Connection {
  readonly createdAt = performance.now();
  /** When this waits for something since: the connect, the next bytes, or the next request. */
  since = this.createdAt;
  isConnected = false;
  /** Held up by a client that reads slowly, which is no fault of the service. */
  isPaused = false;
  readonly #socket: Socket;
  readonly #onIdle: (connection: Connection) => void;
  #handler: AnswerHandler | undefined;
  #method = '';
  #headText = '';
  #head: AnswerHead | undefined;
  #remaining = 0;
  #chunks: ChunkedDecoder | undefined;
  #pending: [head: string, body: Buffer | null] | undefined;

  constructor({ host, port }: Target, onIdle: (connection: Connection) => void) {
    this.#onIdle = onIdle;
    const callback = (size: number) => this.#read(size);
    this.#socket = connect({ host, port, noDelay: true, onread: { buffer: shared, callback } });
    this.#socket.once('connect', () => this.#onConnect());
    this.#socket.once('error', (error) => this.fail(error));
    this.#socket.once('end', () => this.#onEnd());
    this.#socket.once('close', () => this.fail(new Error('the service closed the connection')));
  }

  get isDestroyed(): boolean {
    return this.#socket.destroyed;
  }

  get isBusy(): boolean {
    return this.#handler !== undefined;
  }

  send(method: string, head: string, body: Buffer | null, handler: AnswerHandler): void {
    this.#handler = handler;
    this.#method = method;
    this.#pending = [head, body];
    if (this.isDestroyed) return this.fail(new Error('the connection is gone'));
    if (this.isConnected) atEndOfTurn(this);
  }

  resume(): void {
    this.since = performance.now();
    this.isPaused = false;
    this.#socket.resume();
  }

  /** Ends the connection, and the request on it if there is one. */
  fail(error: Error): void {
    this.#socket.destroy();
    const handler = this.#handler;
    this.#handler = undefined;
    handler?.onError(error);
    this.#onIdle(this);
  }

  #onConnect(): void {
    this.isConnected = true;
    if (this.#pending !== undefined) this.write();
    else this.since = performance.now();
  }

  /** At the end of the turn. */
  write(): void {
    if (this.#pending === undefined || this.isDestroyed) return;
    const [head, body] = this.#pending;
    this.#pending = undefined;
    this.since = performance.now();
    this.#handler?.onSent();
    if (body === null) return void this.#socket.write(head, 'latin1');
    this.#socket.cork();
    this.#socket.write(head, 'latin1');
    this.#socket.write(body);
    this.#socket.uncork();
  }

  #onEnd(): void {
    if (this.#head?.framing.kind === 'until-close') this.#finish(false);
    else this.fail(new Error('the service closed the connection'));
  }

  #read(size: number): boolean {
    // An idle connection on which something arrives has lost its place.
    if (this.#handler === undefined) {
      this.fail(new Error('an answer came without a request'));
      return false;
    }
    this.since = performance.now();
    try {
      return this.#take(shared, 0, size);
    } catch (error) {
      this.fail(error as Error);
      return false;
    }
  }

  #take(bytes: Buffer, at: number, end: number): boolean {
    while (this.#head === undefined) {
      const before = this.#headText.length;
      this.#headText += bytes.toString('latin1', at, end);
      const headEnd = this.#headText.indexOf('\r\n\r\n', Math.max(0, before - 3));
      if (headEnd < 0 && this.#headText.length <= longestHead) return true;
      if (headEnd < 0 || headEnd > longestHead) throw new Error('the head of the answer is too long');
      const head = parseAnswerHead(this.#headText.slice(0, headEnd), this.#method);
      this.#headText = '';
      at += headEnd + 4 - before;
      if (head.status === 101) throw new Error('the service switched protocols');
      // Interim answers are not for our client, who did not ask for them.
      if (head.status >= 200) this.#begin(head);
      else if (at === end) return true;
    }
    return this.#takeBody(this.#head, bytes, at, end);
  }

  #begin(head: AnswerHead): void {
    this.#head = head;
    if (head.framing.kind === 'length') this.#remaining = head.framing.length;
    if (head.framing.kind === 'chunked') this.#chunks = new ChunkedDecoder();
    this.#handler?.onHead(head);
  }

  #takeBody({ framing }: AnswerHead, bytes: Buffer, at: number, end: number): boolean {
    let isFlowing = true;
    const pass = (from: number, to: number) => {
      // The client may have gone away meanwhile.
      if (from < to && this.#handler?.onData(bytes.subarray(from, to)) === false) isFlowing = false;
    };
    if (framing.kind === 'none') this.#finish(at === end);
    else if (framing.kind === 'until-close') pass(at, end);
    else if (this.#chunks !== undefined) {
      at = this.#chunks.read(bytes, at, end, pass);
      if (this.#chunks.isDone) this.#finish(at === end);
    } else {
      const size = Math.min(this.#remaining, end - at);
      this.#remaining -= size;
      pass(at, at + size);
      if (this.#remaining === 0) this.#finish(at + size === end);
    }
    this.isPaused = !isFlowing && this.isBusy;
    return !this.isPaused;
  }

  /** `isClean`: nothing came after the answer. */
  #finish(isClean: boolean): void {
    const handler = this.#handler;
    if (handler === undefined) return;
    const isKept = isClean && this.#head?.isKept === true && this.#socket.writableLength === 0;
    this.#handler = undefined;
    this.#head = undefined;
    this.#chunks = undefined;
    if (!isKept) this.#socket.destroy();
    handler.onEnd();
    this.#onIdle(this);
  }
}
