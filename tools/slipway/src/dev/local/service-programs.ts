import { setTimeout as sleep } from 'node:timers/promises';
import type { ServingProgram } from './program-host.ts';
import type { Exit } from './supervised-process.ts';

/** Watch mode does not wait for open connections. */
export const RESTART_GRACE_MS = 1000;

/** The programs of one service: the one that serves, the one that is to serve next, and those that it has replaced. */
export class ServicePrograms {
  /** `isCandidate`: the candidate takes the requests from now on, ready or not. */
  readonly #onCrashed: (exit: Exit, logTail: string[], isCandidate: boolean) => void;
  /** Takes the requests. */
  #serving: ServingProgram | undefined;
  /** Is to take them, once it is ready. */
  #candidate: ServingProgram | undefined;
  /** Have been replaced, and finish what they had begun. */
  readonly #leaving = new Set<Promise<void>>();

  constructor(onCrashed: (exit: Exit, logTail: string[], isCandidate: boolean) => void) {
    this.#onCrashed = onCrashed;
  }

  get isServing(): boolean {
    return this.#serving !== undefined;
  }

  /** Starts the next one to serve. `isHeld`: it leaves all connections to the one that serves now. */
  startCandidate(start: (isHeld: boolean) => ServingProgram): ServingProgram {
    this.#candidate = start(this.isServing);
    return this.#candidate;
  }

  /** The candidate has ended by itself. */
  forgetCandidate(): void {
    this.#candidate = undefined;
  }

  async stopCandidate(): Promise<void> {
    const unused = this.#candidate;
    this.#candidate = undefined;
    await unused?.stop(RESTART_GRACE_MS);
  }

  /**
   * Lets the candidate serve in place of what serves now, which may take `graceMs` to finish its requests. Resolves when
   * the next answer is the candidate's: false when it has crashed by then.
   */
  async handOver(program: ServingProgram, graceMs: number): Promise<boolean> {
    const replaced = this.#serving;
    this.#serving = program;
    this.#candidate = undefined;
    program.serve();
    void program.exited.then((exit) => this.#onExit(program, exit));
    if (replaced !== undefined) {
      const ended = replaced.endReplaced(graceMs + RESTART_GRACE_MS);
      this.#leaving.add(ended);
      void ended.finally(() => this.#leaving.delete(ended));
      await Promise.race([ended, sleep(RESTART_GRACE_MS)]);
    }
    return this.#serving === program;
  }

  /** Ends the one that serves. */
  async stopServing(graceMs = RESTART_GRACE_MS): Promise<void> {
    const program = this.#serving;
    this.#serving = undefined;
    await program?.stop(graceMs);
  }

  /** Before the start of a successor that has to have the port to itself. */
  async endServing(): Promise<void> {
    await Promise.all([this.stopServing(), ...this.#leaving]);
  }

  async stopAll(graceMs: number): Promise<void> {
    await Promise.all([this.#candidate?.stop(graceMs), this.#serving?.stop(graceMs), ...this.#leaving]);
  }

  #onExit(program: ServingProgram, exit: Exit): void {
    if (this.#serving !== program) return;
    this.#serving = undefined;
    // Not ready yet, but better than no process.
    this.#candidate?.serve();
    this.#onCrashed(exit, program.logTail(), this.#candidate !== undefined);
  }
}
