import { basename } from 'node:path';
import { formatFiles, type GeneratorCallback, type Tree } from '@nx/devkit';
import { readServiceSpecs } from '../../../services/read-services.ts';
import type { ServiceSpec } from '../../../services/service-spec.ts';
import { ValidationError } from '../../../util/problems/validation-error.ts';
import { hideAgain } from '../expose-service.ts';
import { GATEWAY, hideAtGateway, SPECS } from '../gateway-edits.ts';
import { afterGeneration } from '../after-generation.ts';

/** Deletes the service's folder and what the gateway has of it. Throws ValidationError when there is none, or while other services call it. */
export async function removeServiceGenerator(tree: Tree, { name }: { name: string }): Promise<GeneratorCallback> {
  const services = await readServiceSpecs(tree.root);
  const service = services.find((known) => known.name === name);
  if (service === undefined) throw unknown(name, services);
  const isHidden = hideAtGateway(tree, name);
  const callers = services.filter(({ root, calls }) => calls.includes(name) && !(isHidden && root === GATEWAY));
  if (callers.length > 0) throw new ValidationError(callers.map((caller) => stillCalled(name, caller)));
  const { root, hasDatabase } = service;
  tree.delete(root);
  hideAgain(tree, name);
  if (tree.exists(`${SPECS}/${name}.spec.ts`)) tree.delete(`${SPECS}/${name}.spec.ts`);
  await formatFiles(tree);
  return async () => {
    await afterGeneration(tree);
    console.log(`next: npx nx run-many -t deploy-kind takes ${basename(root)} out of the cluster, too`);
    if (hasDatabase) console.log(`      its data are kept: .slipway/local/${name} here, its volume in the cluster`);
  };
}

function unknown(name: string, services: ServiceSpec[]): ValidationError {
  const hint = `there are: ${services.map((service) => service.name).join(', ')}`;
  return new ValidationError([{ file: name, message: 'is no service', hint }]);
}

function stillCalled(name: string, { configFile, keys }: ServiceSpec) {
  const key = keys.find(({ source }) => source.kind === 'service-url' && source.service === name)?.name ?? '';
  return {
    file: configFile,
    key,
    message: `calls ${name}`,
    hint: `take ${key} out, and what uses it, then remove ${name}`,
  };
}
