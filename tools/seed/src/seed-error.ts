/** Something that the person at the terminal can mend; its message says how. */
export class SeedError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'SeedError';
  }
}
