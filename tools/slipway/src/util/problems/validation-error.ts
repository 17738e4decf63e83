import { UserError } from '@slipway/util/errors';
import type { Problem } from './problem.ts';
import { formatProblems } from './format-problems.ts';

/** Thrown when the user's files have problems: carries all of them; printed without a stack trace. */
export class ValidationError extends UserError {
  override name = 'ValidationError';
  readonly problems: Problem[];

  constructor(found: Problem[]) {
    // Several steps may read one file.
    const problems = [...new Map(found.map((problem) => [JSON.stringify(problem), problem])).values()];
    super(formatProblems(problems));
    this.problems = problems;
  }
}
