export { createAccessLog, type AccessLogEntry } from './access-log.ts';
export { createApp, maxBodyBytes, serverTimeouts, type App } from './app.ts';
export { bearerToken } from './auth/bearer-token.ts';
export { clientAddress, clientAddressHeader, clientNetwork, plainAddress } from './auth/client-address.ts';
export { executionId, executionIdHeader } from './auth/execution-id.ts';
export { importPublicKeys, type JsonWebKeySet } from './auth/key-sets.ts';
export { RemoteKeySet } from './auth/remote-key-set.ts';
export { createRemoteVerifier } from './auth/remote-verifier.ts';
export { identityOf, requireUser } from './auth/require-user.ts';
export { AcceptedKeys, serviceKeyHeader } from './auth/service-credential.ts';
export { TokenVerifier, type Identity, type KeySet, type Role } from './auth/token-verifier.ts';
export { countOutcomes } from './count-outcomes.ts';
export { decodeCursor, encodeCursor, toPage } from './cursor.ts';
export { createDatabaseObserver } from './database-observer.ts';
export { createLogger, type Logger } from './logger.ts';
export { createMetrics, type CallFailure, type Metrics } from './metrics.ts';
export { createManagementServer } from './management-server.ts';
export { createServer } from './node-http.ts';
export { Readiness } from './readiness.ts';
export { timeoutHeader } from './request-caller.ts';
export { contextOf, type RequestContext } from './request-context.ts';
export { currentCaller, noteOnRequest, withoutCaller } from './request-scope.ts';
export { requestIdFrom } from './request-id.ts';
export { runService, type Service, type ServiceParts } from './run-service.ts';
export { createParts } from './service-parts.ts';
export { securityHeaders } from './security-headers.ts';
export {
  createServiceClient,
  isOverloaded,
  upstreamIdleMs,
  type ServiceAnswer,
  type ServiceClient,
} from './service-client.ts';
export { callerTrace, traceContextFrom, type TraceContext } from './trace-context.ts';
export { inBackground } from './tracing/in-background.ts';
export { serverSpanEnd } from './tracing/server-span.ts';
export type { Span, Tracing } from './tracing/tracing.ts';
export { uuidV7 } from './uuid-v7.ts';
