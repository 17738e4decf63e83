import type { TarEntry } from '@slipway/oci/tar';
import { link, mergeEntries } from '../base-images/merge-entries.ts';
import { slimEntries } from '../base-images/slim-entries.ts';
import { packageTree, type PackageTree } from '../debian/package-tree.ts';
import { VERSIONS } from '../versions.ts';

export const firewallToolsTree: PackageTree = {
  suite: VERSIONS.debianOfNodes,
  packages: ['iptables', 'conntrack', 'kmod', 'ipset'],
  without: ['debianutils', 'dash', 'netbase', 'libssl3'],
};

/** The programs that kube-proxy and kube-router call, with what they need. */
export async function firewallTools(workFolder: string, report: (detail: string) => void): Promise<TarEntry[]> {
  const root = await packageTree(firewallToolsTree, workFolder, report);
  // Without maintainer scripts nobody has chosen between iptables' two kernels' tables yet.
  const tools = ['iptables', 'iptables-save', 'iptables-restore', 'ip6tables', 'ip6tables-save', 'ip6tables-restore'];
  return mergeEntries(
    await slimEntries(root),
    tools.map((tool) => link(`usr/sbin/${tool}`, 'xtables-nft-multi')),
  );
}
