import { describeProblem, type DescribeOptions, type MigrationProblem } from '@slipway/migrations';

/** Migrations that cannot be applied. The message is one block that says what, where and what to do. */
export class MigrationError extends Error {
  constructor(file: string, message: string, options?: ErrorOptions) {
    super(`migration ${file}: ${message}`, options);
    this.name = 'MigrationError';
  }
}

/** An error that tells all of the problems; there is at least one. */
export function problemsError(problems: MigrationProblem[], options: DescribeOptions): MigrationError {
  const texts = problems.map((problem) => {
    const { message, hint } = describeProblem(problem, options);
    return `${'line' in problem ? `line ${problem.line}: ` : ''}${message}\n  → ${hint}`;
  });
  const rest = texts.slice(1).map((text, index) => `\nmigration ${problems[index + 1]!.file}: ${text}`);
  return new MigrationError(problems[0]!.file, [texts[0], ...rest].join(''));
}
