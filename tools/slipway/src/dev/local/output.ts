import { styleText } from 'node:util';
import { printable, printableJson } from '@slipway/util/printable';
import { masked } from '@slipway/util/secret-mask';
import { formatLogLine } from '../../operate/logs/format-log-line.ts';
import { parseLogLine } from '../../operate/logs/log-line.ts';

/** Where a local run says things: what services log, and what slipway has to tell about them. */
export type Output = {
  /** One line that a service wrote. */
  log(service: string, line: string): void;
  /** Something went as it should. */
  good(text: string): void;
  /** Something went wrong: one block, its details beneath it. */
  bad(text: string, details?: string[]): void;
  /** Neither: empty lines included. */
  say(text: string): void;
};

type OutputOptions = {
  /** Service lines as they are, and slipway's own as JSON too, so that every line parses. */
  json: boolean;
  /** Of service lines only errors are shown. */
  quiet?: boolean;
  /** Service lines go there too. */
  toFile?: (service: string, line: string) => void;
  /** Names line up. */
  services: string[];
  stream?: NodeJS.WriteStream;
};

/** Lines that are longer are hard to read, and wrap beside an editor. */
const WIDEST = 120;

export function terminalOutput({
  json,
  quiet = false,
  toFile,
  services,
  stream = process.stdout,
}: OutputOptions): Output {
  const force = process.env.FORCE_COLOR;
  const colored = force === undefined ? stream.isTTY === true && process.env.NO_COLOR === undefined : force !== '0';
  const paint: typeof styleText | undefined = colored
    ? (format, text) => styleText(format, text, { validateStream: false })
    : undefined;
  const color = (format: Parameters<typeof styleText>[0], text: string) => paint?.(format, text) ?? text;
  const width = Math.max(...services.map((name) => name.length), 0);
  // A pipe's reader gets what fits an ordinary window too; the log file has everything.
  const columns = Math.min(stream.columns ?? WIDEST, WIDEST);
  const hues = ['cyan', 'magenta', 'blue', 'green'] as const;
  const write = (text: string) => stream.write(`${masked(text)}\n`);
  const writeJson = (json: string) => write(printableJson(json));
  const own = (level: number, msg: string, more: object = {}) =>
    writeJson(JSON.stringify({ level, time: Date.now(), service: 'slipway', msg, ...more }));

  return {
    log(service, line) {
      toFile?.(service, masked(line));
      if (json) {
        const isJson = parseLogLine(line) !== undefined;
        writeJson(isJson ? line : JSON.stringify({ level: 30, time: Date.now(), service, msg: line }));
        return;
      }
      const entry = formatLogLine(line, paint, [], columns - width - 1);
      if (quiet && (entry?.level ?? 0) < 50) return;
      const name = color(hues[services.indexOf(service) % hues.length] ?? 'cyan', service.padEnd(width));
      write(`${name} ${entry?.text ?? printable(line)}`);
    },
    good: (text) => (json ? own(30, text) : write(`${color('green', '✓')} ${printable(text)}`)),
    bad(text, details = []) {
      if (json) own(50, text, details.length === 0 ? {} : { details });
      else
        write(
          [
            `${color('red', '✗')} ${color('bold', printable(text))}`,
            ...details.flatMap((text) => printable(text).split('\n')).map((line) => `${color('red', '│')} ${line}`),
          ].join('\n'),
        );
    },
    say(text) {
      if (!json) write(printable(text));
      else if (text !== '') own(30, text.trim());
    },
  };
}
