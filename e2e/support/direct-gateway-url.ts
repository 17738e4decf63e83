import { connect } from 'node:net';
import { kubectl } from './kubectl.ts';
import { target } from './target.ts';

type List<Item> = { items: Item[] };
type Node = { status: { addresses: { type: string; address: string }[] } };
type Service = { spec: { ports: { nodePort?: number }[] } };

const reachableMs = 2000;

/**
 * The gateway at the address of a node, where this machine has a way to it, as on Linux; else the target's own. The port
 * that Docker publishes leads through `docker-proxy`, which is not what is tested and gives up before the gateway does:
 * Docker 20.10's ended under 4,000 connections.
 */
export async function directGatewayUrl(): Promise<string> {
  const nodes = JSON.parse(await kubectl(['get', 'nodes', '-o', 'json'])) as List<Node>;
  const service = JSON.parse(await kubectl(['get', 'service', 'gateway', '-o', 'json'])) as Service;
  const port = service.spec.ports.find(({ nodePort }) => nodePort !== undefined)?.nodePort;
  if (port === undefined) return target.gatewayUrl;
  const addresses = nodes.items.flatMap(({ status }) => status.addresses);
  for (const { type, address } of addresses)
    if (type === 'InternalIP' && (await accepts(address, port))) return urlOf(address, port);
  return target.gatewayUrl;
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: reachableMs });
    const end = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

function urlOf(address: string, port: number): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
