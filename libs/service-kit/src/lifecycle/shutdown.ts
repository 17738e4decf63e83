import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../observability/logger.ts';

type ShutdownOptions = {
  process: NodeJS.Process;
  logger: Logger;
  timeoutMs: number;
  /** Readiness turns 503, answers carry `Connection: close`. */
  drain(): void;
  /** How long no new connection has come, ms. */
  quietMs(): number;
  /** Closes the server, then what it used. */
  close(): Promise<void>;
};

/** Whoever still gets here after this long has not heard that we leave. */
const quietEnoughMs = 1000;

/**
 * SIGTERM: drains for a quarter of the time that we have (longer than callers keep idle connections, so that none of them
 * sends into a closing one), and while new connections come, half of it at most; then closes. SIGINT is someone at a
 * terminal: closes at once. A second signal ends it.
 */
export function shutdownOnSignals({ process, logger, timeoutMs, drain, quietMs, close }: ShutdownOptions): void {
  let isStopping = false;
  const exit = (code: number) => {
    logger.flush();
    process.exit(code);
  };

  async function stop(reason: string, code: number, drainMs: number): Promise<void> {
    if (isStopping) return exit(1);
    isStopping = true;
    logger.info({ reason }, 'shutting down');
    setTimeout(() => {
      logger.error({ timeoutMs }, 'shutdown took too long');
      exit(1);
    }, timeoutMs).unref();
    drain();
    await sleep(drainMs);
    const until = performance.now() + drainMs;
    while (drainMs > 0 && quietMs() < quietEnoughMs && performance.now() < until) await sleep(50);
    await close();
    logger.info({}, 'shut down');
    exit(code);
  }

  const fail = (error: unknown) => {
    logger.error({ err: error }, 'shutdown failed');
    exit(1);
  };
  process.on('SIGTERM', () => void stop('SIGTERM', 0, timeoutMs / 4).catch(fail));
  process.on('SIGINT', () => void stop('SIGINT', 0, 0).catch(fail));
  // The state of a process after these is unknown: no new work, out in order, non-zero.
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught exception');
    void stop('uncaughtException', 1, 0).catch(fail);
  });
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'unhandled rejection');
    void stop('unhandledRejection', 1, 0).catch(fail);
  });
}
