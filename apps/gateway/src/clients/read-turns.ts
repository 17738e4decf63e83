import type { Socket } from 'node:net';

/** After a costly request new connections are read from by turns for so long, ms. */
const careMs = 250;
const atOnce = 4;
/** Node accepts one connection in a turn of the event loop: while more come, none is read from, for so long, ms. */
const patienceMs = 100;

/**
 * When a new connection is read from: at once, unless requests come that cost tens of milliseconds each, as 64 KiB in
 * chunks of one byte do. Then a few in one turn of the event loop, so that a crowd leaves turns to the others, and the
 * newest first, so that whoever comes after a crowd does not wait until all of it was read.
 */
export class ReadTurns {
  readonly #waiting: Socket[] = [];
  #careUntil = 0;
  #readAt = 0;
  #isGrowing = false;

  /** A request was costly: those that came with it may be too. */
  noteCost(): void {
    this.#careUntil = performance.now() + careMs;
  }

  add(socket: Socket): void {
    if (this.#waiting.length === 0 && performance.now() > this.#careUntil) return;
    // Node's HTTP server has asked for a resume at the end of this tick: a pause before that would not last.
    process.nextTick(() => socket.pause());
    this.#isGrowing = true;
    if (this.#waiting.push(socket) === 1) setImmediate(() => this.#turn());
  }

  #turn(): void {
    const now = performance.now();
    const isCareful = now < this.#careUntil;
    const isPatient = isCareful && this.#isGrowing && now - this.#readAt < patienceMs;
    this.#isGrowing = false;
    if (!isPatient) {
      this.#readAt = now;
      for (const socket of this.#waiting.splice(isCareful ? -atOnce : 0)) socket.resume();
    }
    if (this.#waiting.length > 0) setImmediate(() => this.#turn());
  }
}
