/** Where the steps say what they do: one line per event, `who` a service or the stack. */
export type Reporter = {
  event: (who: string, message: string) => void;
  /** Several lines that belong together, e.g. a failure with its log. */
  block: (who: string, text: string) => void;
};

/** Plain lines with the seconds since the start: readable in a pipe and in CI. */
export function plainReporter(write: (line: string) => void = (line) => process.stdout.write(`${line}\n`)): Reporter {
  const start = performance.now();
  const stamp = () => `${((performance.now() - start) / 1000).toFixed(1).padStart(5)}s`;
  return {
    event: (who, message) => write(`${stamp()}  ${who.padEnd(12)} ${message}`),
    block: (who, text) => {
      write(`${stamp()}  ${who.padEnd(12)} ${text.split('\n').join(`\n${' '.repeat(21)}`)}`);
    },
  };
}
