import type { Problem } from '../util/problems/problem.ts';
import type { ServiceSpec } from './service-spec.ts';
import { byName } from '../util/by-name.ts';
import { declaredValue } from './declared-value.ts';

/**
 * Problems that need all service specs: unknown services, half-declared service-to-service keys, cycles, missing
 * values.
 */
export function crossCheck(serviceSpecs: ServiceSpec[], names: string[]): Problem[] {
  const specs = new Map(serviceSpecs.map((serviceSpec) => [serviceSpec.name, serviceSpec]));
  const problems: Problem[] = [];
  for (const { name, configFile: file, keys } of serviceSpecs) {
    for (const keySpec of keys) {
      const { name: key, source } = keySpec;
      if (source.kind === 'plain' && declaredValue(keySpec, 'kind') === undefined && keySpec.optional !== true) {
        problems.push({
          file,
          key,
          message: 'has no value on kind',
          hint: keySpec.secret
            ? 'make it generatedPassword(), or give it a `dev` value, which production replaces'
            : 'give it a `default`, or a `dev` value if production must choose',
        });
      }
      if (source.kind === 'key-pair' && !keys.some(({ name: other }) => other === source.lifetime)) {
        problems.push({
          file,
          key,
          message: `names "${source.lifetime}" as the key with its tokens' lifetime, which is not declared here`,
          hint: 'declare it, in seconds: a rotated key stays published for so long',
        });
      }
      if (!('service' in source)) continue;
      if (!names.includes(source.service) || source.service === name) {
        problems.push({
          file,
          key,
          message: `names the service "${source.service}", which is ${source.service === name ? 'this one' : 'none of ours'}`,
          hint: `use one of: ${names.filter((other) => other !== name).join(', ')}`,
        });
        continue;
      }
      const other = specs.get(source.service);
      const counterpart = source.kind === 'shared-key' ? 'accepted-key' : 'shared-key';
      if (source.kind === 'service-url' || other === undefined) continue;
      if (other.keys.some((theirs) => theirs.source.kind === counterpart && theirs.source.service === name)) continue;
      problems.push({
        file,
        key,
        message: `is one end of an edge key, ${other.configFile} lacks the other`,
        hint: `add a key made with ${counterpart === 'accepted-key' ? 'acceptedKey' : 'sharedKey'}('${name}') there`,
      });
    }
  }
  const circle = findCircle(specs);
  if (circle !== undefined) {
    const [first = ''] = circle;
    problems.push({
      file: byName(serviceSpecs, first).configFile,
      message: `services call each other in a circle: ${circle.join(' → ')}`,
      hint: 'a rollout needs an order: drop one of these service() keys',
    });
  }
  return problems;
}

function findCircle(serviceSpecs: Map<string, ServiceSpec>): string[] | undefined {
  const done = new Set<string>();
  const visit = (name: string, path: string[]): string[] | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const callee of serviceSpecs.get(name)?.calls ?? []) {
      if (callee === name) continue; // reported above
      const circle = visit(callee, [...path, name]);
      if (circle !== undefined) return circle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of serviceSpecs.keys()) {
    const circle = visit(name, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
