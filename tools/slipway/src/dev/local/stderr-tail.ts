/** Text on stderr that is followed by the process's end belongs in the report of that end, not into the log. */
const HOLD_MS = 150;

export type StderrTail = {
  push(line: string): void;
  /** The process has ended: what is held stays held. */
  end(): void;
  /** What was written last and is held, without what Node adds to every crash. */
  lines(): string[];
};

/** Holds lines of stderr for a moment, then passes them to `onLine`. */
export function createStderrTail(onLine: (line: string) => void): StderrTail {
  let held: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    for (const line of held) onLine(line);
    held = [];
  };
  return {
    push(line) {
      held.push(line);
      clearTimeout(timer);
      timer = setTimeout(flush, HOLD_MS);
    },
    end: () => clearTimeout(timer),
    lines: () => withoutNode(held),
  };
}

/** Without where inside Node it happened, and Node's version. */
function withoutNode(lines: string[]): string[] {
  const start = /^node:internal/.test(lines[0] ?? '') ? lines.findIndex((line) => line.trim() === '') + 1 : 0;
  const own = lines.slice(start).filter((line) => !/^ +at .*\(?node:internal|^Node\.js v\d/.test(line));
  const text = own.join('\n').trim();
  return text === '' ? [] : text.split('\n');
}
