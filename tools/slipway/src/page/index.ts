/** The page for programs of this workspace that measure it. */
export { openPageData } from './data/page-data.ts';
export type { PageSource, StackLook } from './data/page-source.ts';
export type { PageSpan } from './data/page-requests.ts';
export type { PageService } from './data/page-types.ts';
export { keepHeapSmall } from './keep-heap-small.ts';
export { startPageServer } from './server/page-server.ts';
export { receiveSpans } from './telemetry/receive-spans.ts';
