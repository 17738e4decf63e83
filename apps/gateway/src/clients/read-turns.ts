import type { Socket } from 'node:net';

/** After a costly request, or a crowd, new connections are read from by turns for so long, ms. */
const careMs = 250;
const atOnce = 4;
/** Node accepts few connections in a turn of the event loop: while more come, none is read from, for so long, ms. */
const patienceMs = 100;
/**
 * So many connections in turns of the event loop that follow one another without a pause are a crowd: the process is busy
 * accepting them. Fewer are read from in some ten milliseconds all the same.
 */
const crowd = 32;

/**
 * When a new connection is read from: at once, unless requests come that cost tens of milliseconds each, as 64 KiB in
 * chunks of one byte do, or so many connections that their requests together do. Then a few in one turn of the event loop,
 * so that a crowd leaves turns to the others, and the newest first, so that whoever comes after a crowd does not wait until
 * all of it was read.
 */
export class ReadTurns {
  readonly #waiting: Socket[] = [];
  #careUntil = 0;
  #readAt = 0;
  /** Connections since the last turn, and in the turns without a pause before it. */
  #arrived = 0;
  #inRow = 0;
  #isTurning = false;

  /** A request was costly: those that came with it may be too. */
  noteCost(): void {
    this.#careUntil = performance.now() + careMs;
  }

  add(socket: Socket): void {
    this.#arrived += 1;
    if (!this.#isTurning) this.#turnSoon();
    if (this.#waiting.length === 0 && performance.now() > this.#careUntil) return;
    // Node's HTTP server has asked for a resume at the end of this tick: a pause before that would not last.
    process.nextTick(() => socket.pause());
    this.#waiting.push(socket);
  }

  #turnSoon(): void {
    this.#isTurning = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    const now = performance.now();
    const isGrowing = this.#arrived > 0;
    this.#inRow = isGrowing ? this.#inRow + this.#arrived : 0;
    this.#arrived = 0;
    if (this.#inRow >= crowd) this.noteCost();
    const isCareful = now < this.#careUntil;
    const isPatient = isCareful && isGrowing && now - this.#readAt < patienceMs;
    if (!isPatient) {
      this.#readAt = now;
      for (const socket of this.#waiting.splice(isCareful ? -atOnce : 0)) socket.resume();
    }
    // One turn more than there are connections: the one that shows that no more come.
    if (isGrowing || this.#waiting.length > 0) this.#turnSoon();
    else this.#isTurning = false;
  }
}
