let isLineBegun = false;

/** Prints a command's output as it comes, set off from our own lines. Never leaves a line open for long: see endLine. */
export function printIndented(text: string): void {
  const indented = text.replaceAll(/^(?=.)/gm, '    ');
  process.stdout.write(isLineBegun ? indented.replace(/^ {4}/, '') : indented);
  isLineBegun = !text.endsWith('\n');
}

/** Our next line begins a new one, also when a command (dots of a reporter) has not ended its last. */
export function endLine(): void {
  if (isLineBegun) process.stdout.write('\n');
  isLineBegun = false;
}
