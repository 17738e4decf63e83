import type { Socket } from 'node:net';

const mostAtOnce = 16;
/** So long a turn of the event loop may take, ms, before the next one reads from fewer. */
const longTurnMs = 20;
/** Node accepts one connection in a turn: while more come, none is read from, for so long, ms. */
const patienceMs = 50;

/**
 * When a new connection is read from: a few in one turn of the event loop, so that a crowd leaves turns to the others, and
 * the newest first, so that whoever comes after a crowd does not wait until all of it was read. A first read may cost
 * tens of milliseconds: 64 KiB in chunks of one byte.
 */
export class ReadTurns {
  readonly #waiting: Socket[] = [];
  #atOnce = 1;
  #turnSince = 0;
  #readSince = 0;
  #hasRead = false;
  #isGrowing = false;

  add(socket: Socket): void {
    // Node's HTTP server has asked for a resume at the end of this tick: a pause before that would not last.
    process.nextTick(() => socket.pause());
    this.#isGrowing = true;
    if (this.#waiting.push(socket) > 1) return;
    this.#turnSince = this.#readSince = performance.now();
    this.#hasRead = false;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    const now = performance.now();
    const isLong = now - this.#turnSince > longTurnMs;
    if (this.#hasRead) this.#atOnce = isLong ? Math.ceil(this.#atOnce / 4) : Math.min(mostAtOnce, this.#atOnce * 2);
    this.#turnSince = now;
    this.#hasRead = !this.#isGrowing || now - this.#readSince > patienceMs;
    this.#isGrowing = false;
    if (this.#hasRead) {
      this.#readSince = now;
      for (const socket of this.#waiting.splice(-this.#atOnce)) socket.resume();
    }
    if (this.#waiting.length > 0) setImmediate(() => this.#turn());
  }
}
