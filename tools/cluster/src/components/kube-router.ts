import { kubeRouterModule } from '../go-build/go-programs.ts';
import { firewallTools, firewallToolsTree } from '../node-image/firewall-tools.ts';
import { VERSIONS } from '../versions.ts';
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
