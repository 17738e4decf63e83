import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { EnvironmentError } from '@slipway/config';
import { plainAddress } from '@shop/service-kit';

export type ClientAddressOf = (request: IncomingMessage) => string;

/** Reads TRUST_PROXY. Without it nobody's X-Forwarded-For is believed: the peer is the client. */
export function createClientAddress(trustProxy: string): ClientAddressOf {
  const trusted = parse(trustProxy);
  return (request) => {
    let address = plainAddress(request.socket.remoteAddress ?? 'unknown');
    if (trusted === undefined || !isTrusted(trusted, address)) return address;
    const hops = String(request.headers['x-forwarded-for'] ?? '').split(',');
    // From the right: each trusted proxy vouches for the address that it wrote down, and for nothing left of it.
    for (const hop of hops.reverse()) {
      const next = plainAddress(hop.trim());
      if (isIP(next) === 0) break;
      address = next;
      if (!isTrusted(trusted, address)) break;
    }
    return address;
  };
}

function parse(trustProxy: string): BlockList | undefined {
  if (trustProxy.trim() === '') return undefined;
  const list = new BlockList();
  for (const entry of trustProxy.split(',').map((part) => part.trim())) {
    const [address = '', prefix, ...rest] = entry.split('/');
    const version = isIP(address);
    const bits = prefix === undefined ? undefined : /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN;
    if (version === 0 || rest.length > 0 || (bits !== undefined && !(bits <= (version === 4 ? 32 : 128)))) {
      throw new EnvironmentError([
        `TRUST_PROXY has an entry that is no address and no CIDR range: addresses or ranges, separated by commas`,
      ]);
    }
    const family = version === 4 ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, bits, family);
  }
  return list;
}

function isTrusted(list: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
}
