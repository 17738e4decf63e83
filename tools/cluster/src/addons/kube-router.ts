import { VERSIONS } from '../core/versions.ts';
import { firewallTools, firewallToolsTree } from '../images/node/firewall-tools.ts';
import { kubeRouterModule } from '../packages/go/go-modules.ts';
import type { Component } from './component.ts';

/** Enforces NetworkPolicies where kind's own network daemon, which does it in kind's official image, is not. */
export const kubeRouter: Component = {
  name: 'kube-router',
  version: VERSIONS.kubeRouter,
  title: 'network policies',
  workload: 'DaemonSet',
  module: kubeRouterModule,
  buildEstimate: 10,
  base: { ingredients: firewallToolsTree, entries: firewallTools },
};
