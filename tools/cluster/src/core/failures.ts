/** The machine lacks something: exit code 69, the cure instead of a stack. */
export class MissingError extends Error {
  override name = 'MissingError';
}

/** The command line is wrong: exit code 64. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** Ctrl-C or SIGTERM: exit code 130, nothing to explain. */
export class InterruptedError extends Error {
  override name = 'InterruptedError';
}

/** A program failed; carries the pasteable command and the tail of what it said. */
export class CommandError extends Error {
  override name = 'CommandError';
  readonly command: string;
  readonly exitCode: number | undefined;
  readonly output: string;

  constructor(command: string, reason: string, exitCode: number | undefined, output: string) {
    const said = output.trim() === '' ? '' : `\n${indent(output.trim())}`;
    super(`${reason}: ${command}${said}`);
    this.command = command;
    this.exitCode = exitCode;
    this.output = output;
  }
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ');
}
