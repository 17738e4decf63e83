export { createAccessLog, type AccessLogEntry } from './observability/access-log.ts';
export { UNMATCHED } from './observability/unmatched.ts';
export { createApp, maxBodyBytes, serverTimeouts } from './app.ts';
export type { App } from './http/app-type.ts';
export { bearerToken } from './auth/bearer-token.ts';
export { clientAddress, clientAddressHeader, clientNetwork, plainAddress } from './auth/client-address.ts';
export { executionId, executionIdHeader } from './auth/execution-id.ts';
export { importPublicKeys, type JsonWebKeySet } from './auth/key-sets.ts';
export { RemoteKeySet } from './auth/remote-key-set.ts';
export { createRemoteVerifier } from './auth/remote-verifier.ts';
export { identityOf, requireUser } from './auth/require-user.ts';
export { AcceptedKeys, serviceKeyHeader } from './auth/service-credential.ts';
export { TokenVerifier, type Identity, type KeySet, type Role } from './auth/token-verifier.ts';
export { countOutcomes } from './observability/count-outcomes.ts';
export { decodeCursor, encodeCursor, toPage } from './http/cursor.ts';
export { createDatabaseObserver } from './observability/database-observer.ts';
export { createLogger, type Logger } from './observability/logger.ts';
export { createMetrics, type CallFailure, type Metrics } from './observability/metrics.ts';
export { createManagementServer } from './lifecycle/management-server.ts';
export { createServer } from './http/node-http.ts';
export { Readiness } from './lifecycle/readiness.ts';
export { timeoutHeader } from './observability/request-caller.ts';
export { contextOf, type RequestContext } from './http/request-context.ts';
export { currentCaller, addLogFields, withoutCaller } from './observability/request-scope.ts';
export { allowStopping, stopParsing } from './http/stop-parsing.ts';
export { requestIdFrom } from './http/request-id.ts';
export { runService, type Service, type ServiceParts } from './lifecycle/run-service.ts';
export { createParts } from './lifecycle/service-parts.ts';
export { securityHeaders } from './http/security-headers.ts';
export {
  createServiceClient,
  isOverloaded,
  upstreamIdleMs,
  type ServiceAnswer,
  type ServiceClient,
} from './http/service-client.ts';
export { callerTrace, traceContextFrom, type TraceContext } from './observability/trace-context.ts';
export { inBackground } from './observability/tracing/in-background.ts';
export { serverSpanEnd } from './observability/tracing/server-span.ts';
export type { Span, Tracing } from './observability/tracing.ts';
export { uuidV7 } from './http/uuid-v7.ts';
