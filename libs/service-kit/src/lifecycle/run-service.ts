import { once } from 'node:events';
import { EnvironmentError, loadEnvironment } from '@slipway/config';
import type { Static, TObject } from 'typebox';
import type { App } from '../http/app-type.ts';
import { createLogger, type Logger } from '../observability/logger.ts';
import { createManagementServer } from './management-server.ts';
import { createMetrics, type Metrics } from '../observability/metrics.ts';
import { codeOf } from '../observability/code-of.ts';
import { registerReadinessMetrics } from './readiness-metrics.ts';
import { Readiness } from './readiness.ts';
import { shutdownOnSignals } from './shutdown.ts';
import { openTracing } from '../observability/tracing/open-tracing.ts';
import type { Tracing } from '../observability/tracing.ts';
import type { TracingConfig } from '../observability/tracing/tracing-config.ts';
import { canListenWidely, WideListener } from './wide-listener.ts';

export type ServiceConfig = {
  HOST: string;
  PORT: number;
  MANAGEMENT_PORT: number;
  LOG_LEVEL: string;
  SHUTDOWN_TIMEOUT_MS: number;
} & TracingConfig;

export type ServiceParts = {
  logger: Logger;
  metrics: Metrics;
  readiness: Readiness;
  tracing?: Tracing | undefined;
};

export type Service = {
  app: App;
  /** What must have happened before the public port opens. */
  start?(): Promise<void>;
  /** Ends what the app used, after its last request. */
  close?(): Promise<void>;
};

type RunOptions<Schema extends TObject> = {
  name: string;
  schema: Schema;
  process: NodeJS.Process;
  isLogBuffered?: boolean;
  build(config: Readonly<Static<Schema>>, parts: ServiceParts): Service | Promise<Service>;
};

/** sysexits.h: something is wrong with the configuration. Kubernetes shows it, a script can tell it from a crash. */
export const configurationExitCode = 78;

/** config → app → listen → shutdown. */
export async function runService<Schema extends TObject>({
  name,
  schema,
  process,
  isLogBuffered = false,
  build,
}: RunOptions<Schema>): Promise<void> {
  const config = readConfig(name, schema, process);
  const {
    HOST: host,
    PORT: port,
    MANAGEMENT_PORT: managementPort,
    LOG_LEVEL: level,
    SHUTDOWN_TIMEOUT_MS: timeoutMs,
  } = config;
  const logger = createLogger({ service: name, level, isBuffered: isLogBuffered });
  const metrics = createMetrics();
  const readiness = new Readiness();
  let isListening = false;
  registerReadinessMetrics(metrics.registry, readiness);
  readiness.add('listening', () => (isListening ? undefined : 'the service has not started yet'));
  const management = createManagementServer({ logger, readiness, metrics });
  try {
    const tracing = await openTracing(name, config, logger);
    const service = await build(config, { logger, metrics, readiness, tracing });
    const others = new WideListener(service.app.server);
    let closingOthers: Promise<void> | undefined;
    service.app.addHook('preClose', (done) => {
      closingOthers = others.close();
      done();
    });
    let connectedAt = -Infinity;
    service.app.server.on('connection', () => (connectedAt = performance.now()));
    shutdownOnSignals({
      process,
      logger,
      timeoutMs,
      drain: () => readiness.drain(),
      quietMs: () => performance.now() - connectedAt,
      async close() {
        await service.app.close();
        await closingOthers;
        await service.close?.();
        await tracing?.close();
        management.closeAllConnections();
        management.close();
      },
    });
    // First, so that probes hear why the rest takes its time.
    management.listen(managementPort, host);
    await once(management, 'listening');
    await service.start?.();
    if (canListenWidely) await WideListener.assertFree({ host, port });
    // Fastify hands on what it does not know to Node.
    const listening = { host, port, reusePort: canListenWidely };
    await service.app.listen({
      ...listening,
      listenTextResolver: (address) => `serving on ${address}, management port ${managementPort}`,
    });
    if (canListenWidely) await others.listen({ host, port });
    isListening = true;
  } catch (error) {
    const reason =
      codeOf(error) === 'EADDRINUSE'
        ? `port ${takenPort(error)} of ${host} is in use by another program`
        : error instanceof EnvironmentError
          ? error.message
          : undefined;
    if (reason === undefined) logger.fatal({ err: error }, 'the service cannot start');
    else process.stderr.write(`${name}: ${reason}\n`);
    logger.flush();
    process.exit(reason === undefined ? 1 : configurationExitCode);
  }
}

/** The environment by its schema; all faults at once on stderr, and out. */
function readConfig<Schema extends TObject>(
  name: string,
  schema: Schema,
  process: NodeJS.Process,
): Readonly<Static<Schema> & ServiceConfig> {
  try {
    // The schemas of all services spread the keys of the kit.
    return loadEnvironment(schema, process.env) as Static<Schema> & ServiceConfig;
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    process.stderr.write(`${name}: ${error.message}\n`);
    return process.exit(configurationExitCode);
  }
}

function takenPort(error: unknown): string {
  return typeof error === 'object' && error !== null && 'port' in error ? String(error.port) : '';
}
