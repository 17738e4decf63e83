import { integer } from './keys/integer.ts';
import { oneOf } from './keys/one-of.ts';
import { port } from './keys/port.ts';
import { text } from './keys/text.ts';
import { tracingKeys } from './tracing-keys.ts';

/** The keys that every service has. `localPort` and `localManagementPort`: where it listens outside the cluster. */
export function serviceKeys({ localPort, localManagementPort }: { localPort: number; localManagementPort: number }) {
  return {
    HOST: text({ description: 'address to listen on', default: '0.0.0.0', local: '127.0.0.1' }),
    PORT: port({ description: 'port of the public routes', cluster: 8080, local: localPort }),
    MANAGEMENT_PORT: port({
      description: 'port of /healthz and /metrics',
      cluster: 9090,
      local: localManagementPort,
    }),
    LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      description: 'least severe level that is logged',
      default: 'info',
    }),
    SHUTDOWN_TIMEOUT_MS: integer({
      description: 'longest time from SIGTERM to exit, ms',
      default: 10_000,
      minimum: 0,
    }),
    ...tracingKeys,
  };
}
