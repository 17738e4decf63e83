import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Where watch mode writes once it has been asked to end: `terminal`, or `logFile` where there is none or it is gone. Words
 * that fit nowhere are lost: putting the images back matters more.
 */
export function lastWords(terminal: string, logFile: string): { write: (text: string) => void } {
  return {
    write: (text) => {
      if (terminal !== '' && succeeds(() => appendFileSync(terminal, text))) return;
      succeeds(() => {
        mkdirSync(dirname(logFile), { recursive: true });
        appendFileSync(logFile, text);
      });
    },
  };
}

function succeeds(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
