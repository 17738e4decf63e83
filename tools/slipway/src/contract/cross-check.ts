import type { Fault } from '../faults/fault.ts';
import type { ServiceContract } from './service-contract.ts';

/** What only all contracts together can tell: unknown services, half-declared edge keys, circles, keys without a value. */
export function crossCheck(contracts: ServiceContract[], names: string[]): Fault[] {
  const byName = new Map(contracts.map((contract) => [contract.name, contract]));
  const faults: Fault[] = [];
  for (const { name, configFile: file, keys } of contracts) {
    for (const { name: key, source, default: fallback } of keys) {
      if (source.kind === 'plain' && fallback === undefined && source.dev === undefined) {
        faults.push({
          file,
          key,
          problem: 'has no value on kind',
          cure: 'give it a `default`, or a `dev` value if production must choose',
        });
      }
      if (source.kind === 'key-pair' && !keys.some(({ name: other }) => other === source.lifetime)) {
        faults.push({
          file,
          key,
          problem: `names "${source.lifetime}" as the key with its tokens' lifetime, which is not declared here`,
          cure: 'declare it, in seconds: a rotated key stays published for so long',
        });
      }
      if (!('service' in source)) continue;
      if (!names.includes(source.service) || source.service === name) {
        faults.push({
          file,
          key,
          problem: `names the service "${source.service}", which is ${source.service === name ? 'this one' : 'none of ours'}`,
          cure: `use one of: ${names.filter((other) => other !== name).join(', ')}`,
        });
        continue;
      }
      const other = byName.get(source.service);
      const counterpart = source.kind === 'shared-key' ? 'accepted-key' : 'shared-key';
      if (source.kind === 'service-url' || other === undefined) continue;
      if (other.keys.some((theirs) => theirs.source.kind === counterpart && theirs.source.service === name)) continue;
      faults.push({
        file,
        key,
        problem: `is one end of an edge key, ${other.configFile} lacks the other`,
        cure: `add a key made with ${counterpart === 'accepted-key' ? 'acceptedKey' : 'sharedKey'}('${name}') there`,
      });
    }
  }
  const circle = findCircle(byName);
  if (circle !== undefined) {
    const file = byName.get(circle[0]!)!.configFile;
    faults.push({
      file,
      problem: `services call each other in a circle: ${circle.join(' → ')}`,
      cure: 'a rollout needs an order: drop one of these service() keys',
    });
  }
  return faults;
}

function findCircle(contracts: Map<string, ServiceContract>): string[] | undefined {
  const done = new Set<string>();
  const visit = (name: string, path: string[]): string[] | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const callee of contracts.get(name)?.calls ?? []) {
      if (callee === name) continue; // reported above
      const circle = visit(callee, [...path, name]);
      if (circle !== undefined) return circle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of contracts.keys()) {
    const circle = visit(name, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
