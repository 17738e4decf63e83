import type { TarEntry } from '@slipway/oci/tar';
import { VERSIONS } from '../../core/versions.ts';
import { packageTree, type PackageTree } from '../../packages/debian/package-tree.ts';
import { link, mergeEntries } from '../content/entries.ts';
import { slimEntries } from '../content/slim-entries.ts';

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
