/** What stops a local run and is not a bug of slipway: printed as one line with its cure, without a stack. */
export class LocalError extends Error {
  constructor(problem: string, cure?: string) {
    super(cure === undefined ? problem : `${problem}. ${cure}`);
    this.name = 'LocalError';
  }
}
