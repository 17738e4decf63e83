const windowMs = 500;
/** A burst comes within one window and is worked off in the next. */
const leastWindows = 2;

/** Whether more comes than is begun, window after window: what tells a flood from a burst that only has to be worked off. */
export class Pressure {
  #window = 0;
  #arrived = 0;
  #started = 0;
  /** Windows in a row in which more came than was begun. */
  #growing = 0;

  arrived(): void {
    this.#roll();
    this.#arrived += 1;
  }

  started(): void {
    this.#roll();
    this.#started += 1;
  }

  get isHigh(): boolean {
    this.#roll();
    return this.#growing >= leastWindows;
  }

  #roll(): void {
    const window = Math.floor(Date.now() / windowMs);
    if (window === this.#window) return;
    const grew = window === this.#window + 1 && this.#arrived > this.#started;
    this.#growing = grew ? this.#growing + 1 : 0;
    this.#window = window;
    this.#arrived = 0;
    this.#started = 0;
  }
}
