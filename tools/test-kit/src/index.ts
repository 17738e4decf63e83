export { createIssuer, type Issuer } from './issuer.ts';
export { startUpstream, type Upstream, type UpstreamHandler } from './upstream.ts';
export { rawRequest } from './raw-request.ts';
