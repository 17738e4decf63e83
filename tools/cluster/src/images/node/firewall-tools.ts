import type { TarEntry } from '@slipway/oci/tar';
import type { Report } from '../../core/steps.ts';
import { VERSIONS } from '../../core/versions.ts';
import { packageTree, type PackageTree } from '../../packages/debian/package-tree.ts';
import { link, mergeEntries } from '../content/entries.ts';
import { slimEntries } from '../content/slim-entries.ts';

export const firewallToolsTree: PackageTree = {
  suite: VERSIONS.debianOfNodes,
  packages: ['iptables', 'conntrack', 'kmod', 'ipset'],
  without: ['debianutils', 'dash', 'netbase', 'libssl3'],
};

/** The programs that kube-proxy and kube-router call, with their libraries. */
export async function firewallTools(workFolder: string, report: Report): Promise<TarEntry[]> {
  const root = await packageTree(firewallToolsTree, workFolder, report);
  // The maintainer scripts, which do not run here, would choose between the two variants of iptables.
  const tools = ['iptables', 'iptables-save', 'iptables-restore', 'ip6tables', 'ip6tables-save', 'ip6tables-restore'];
  return mergeEntries(
    await slimEntries(root),
    tools.map((tool) => link(`usr/sbin/${tool}`, 'xtables-nft-multi')),
  );
}
