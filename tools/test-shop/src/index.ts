export { startCommitTap, type CommitTap } from './commit-tap.ts';
export { startShop, type Shop, type ServiceName } from './shop.ts';
