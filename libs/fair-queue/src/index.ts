export type { Caller } from './caller.ts';
export { CallerLeft } from './caller-left.ts';
export { FairQueue, refusals, type FairQueueOptions, type QueueObserver, type Refusal } from './fair-queue.ts';
export { Overloaded, type OverloadReason } from './overloaded.ts';
