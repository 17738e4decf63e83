import { VERSIONS } from '../core/versions.ts';
import { firewallTools, firewallToolsTree } from '../images/node/firewall-tools.ts';
import { kubeRouterModule } from '../packages/go/go-modules.ts';
import { imageRef } from './addon-image.ts';
import { addonRecipe } from './addon-manifest.ts';
import type { Addon } from './addon.ts';

/** Enforces NetworkPolicies. The network daemon of kind's official image does it there; other nodes lack that daemon. */
export const kubeRouter: Addon = {
  name: 'kube-router',
  version: VERSIONS.kubeRouter,
  title: 'network policies',
  workload: 'DaemonSet',
  module: kubeRouterModule,
  buildEstimate: 10,
  base: { cacheKey: firewallToolsTree, entries: firewallTools },
};

/** What the enforcer of NetworkPolicies is made from today; `readiness` compares it with the cluster. */
export function policyRecipe(): string {
  return addonRecipe(kubeRouter, imageRef(kubeRouter));
}
