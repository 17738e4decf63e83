export type PodRange = { node: string; range: string };

/** The input of /usr/local/sbin/slipway-network in a node. Names, not addresses: a restarted node may have another address. */
export function networkFile(
  node: string,
  ranges: readonly PodRange[],
  { pods, services }: { pods: string; services: string },
): string {
  const peers = ranges
    .filter((peer) => peer.node !== node)
    .map((peer) => `peer ${peer.node} ${peer.range}`)
    .sort();
  return [`subnet ${pods}`, `services ${services}`, ...peers, ''].join('\n');
}

/** Point-to-point links as in kind's own network: without a bridge, traffic between two pods of a node is routed too. */
export function conflist(node: string, ranges: readonly PodRange[]): string {
  const own = ranges.find((range) => range.node === node);
  if (!own) throw new Error(`node ${node} has no range of pod addresses`);
  const config = {
    cniVersion: '0.3.1',
    name: 'slipway',
    plugins: [
      {
        type: 'ptp',
        ipMasq: false,
        ipam: {
          type: 'host-local',
          dataDir: '/run/cni-ipam-state',
          routes: [{ dst: '0.0.0.0/0' }],
          ranges: [[{ subnet: own.range }]],
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
