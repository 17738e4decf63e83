import { pino, stdSerializers, type Logger } from 'pino';
import { scrubSecrets } from './scrub-secrets.ts';

export type { Logger } from 'pino';

type LoggerOptions = {
  service: string;
  level: string;
  /**
   * Collects lines for up to 100 ms: fewer system calls for a process that logs thousands a second. Whoever reads them may
   * fall behind by 4 MiB; then lines are lost, not memory.
   */
  isBuffered?: boolean;
  /** Where lines go instead of stdout. */
  destination?: { write(line: string): void };
};

/** JSON lines on stdout. No transports: their worker threads load files that a bundle does not have. */
export function createLogger({ service, level, isBuffered = false, destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: serializeError },
      hooks: { streamWrite: scrubSecrets },
    },
    destination ??
      pino.destination(
        isBuffered
          ? { fd: 1, sync: false, minLength: 8192, maxWrite: 16_384, maxLength: 4_194_304, periodicFlush: 100 }
          : { fd: 1, sync: true },
      ),
  );
}

/** Without bytes: what the HTTP parser refuses hangs on its error, and no scrubbing reads numbers. */
function serializeError(error: Error): object {
  const fields = stdSerializers.err(error);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !(value instanceof Uint8Array)));
}
