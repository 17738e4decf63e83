import { basename, join } from 'node:path';
import {
  formatFiles,
  generateFiles,
  getProjects,
  names,
  readJson,
  type GeneratorCallback,
  type Tree,
} from '@nx/devkit';
import { readServiceSpecs } from '../../../services/read-services.ts';
import type { ServiceSpec } from '../../../services/service-spec.ts';
import { ValidationError } from '../../../util/problems/validation-error.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { startCommand } from '../../../util/commands.ts';
import { afterGeneration } from '../after-generation.ts';
import { exposeAtGateway, GATEWAY, SPECS } from '../gateway-edits.ts';
import { freeLocalPorts } from './free-local-ports.ts';
import { nameProblems } from './name-problems.ts';
import { plainService } from './plain-service.ts';
import { serviceFolder } from './service-folder.ts';
import { readPluginOptions } from '../../../util/workspace/plugin-options.ts';

type Options = { name: string; database?: boolean; calls?: string; expose?: boolean };

/** What services of the shop are built on; a workspace without it gets services on `node:http` alone. */
const KIT = 'libs/service-kit/package.json';
/** The service that signs tokens; where there is none, routes are open. */
const ISSUER = 'user';

/**
 * Writes the service's folder and, with `expose`, what lets the gateway reach it; afterwards the lockfile, deploy/base and its
 * .env.example are brought up to date.
 */
export async function serviceGenerator(
  tree: Tree,
  { name, database = false, calls = '', expose = false }: Options,
): Promise<GeneratorCallback> {
  const services = await readServiceSpecs(tree.root);
  const callees = [...new Set(calls.split(',').flatMap((callee) => callee.trim() || []))];
  const folder = serviceFolder(tree, name, services, readPluginOptions(tree.root));
  const problems = nameProblems({ name, file: folder, calls: callees }, services, [...getProjects(tree).keys()]);
  if (problems.length > 0) throw new ValidationError(problems);

  const settings = readSettings(tree.root);
  const clients = callees.map(calleeNames);
  if (!tree.exists(KIT)) return plainService(tree, settings, services, { folder, calls: clients, database, expose });
  const auth = authOf(services);
  const substitutions = {
    ...namesOf(name),
    scope: `@${settings.stack}`,
    typebox: readJson<{ dependencies: Record<string, string> }>(tree, 'libs/config/package.json').dependencies.typebox,
    database,
    auth,
    calls: clients,
    urls: [...new Set([...(auth ? [ISSUER] : []), ...callees])].map(calleeNames),
    // What the routes get, and what is closed with the service.
    parts: [
      ...(auth ? [{ name: 'verifier', type: 'TokenVerifier', given: 'verifier: auth.verifier' }] : []),
      ...(database ? [{ name: 'items', type: 'ItemRepository', given: 'items: createItemRepository(database)' }] : []),
      ...clients.map(({ className, propertyName }) => {
        const client = `${propertyName}Client`;
        return { name: client, type: `${className}Client`, given: client };
      }),
    ],
    closed: [
      ...(database ? ['database', 'health'] : []),
      ...(auth ? ['auth'] : []),
      ...clients.map(({ propertyName }) => `${propertyName}Client`),
    ],
    ...freeLocalPorts(services),
  };
  const files = join(import.meta.dirname, 'files');
  generateFiles(tree, join(files, 'service'), folder, substitutions);
  if (database) generateFiles(tree, join(files, 'database'), folder, substitutions);
  for (const client of clients) {
    generateFiles(tree, join(files, 'client'), folder, { ...substitutions, ...client });
  }
  if (expose) {
    exposeAtGateway(tree, name, auth ? 'signed-in' : 'anyone');
    if (tree.exists(SPECS)) generateFiles(tree, join(files, 'exposed', 'specs'), SPECS, substitutions);
  }
  await formatFiles(tree);

  return async () => {
    await afterGeneration(tree);
    console.log(nextStep(name, expose));
  };
}

/** The gateway calls an exposed service: only its deploy brings both. */
export function nextStep(name: string, expose: boolean): string {
  return `next: ${startCommand()}, or npx nx run ${expose ? basename(GATEWAY) : name}:deploy-kind`;
}

function calleeNames(service: string) {
  return { ...namesOf(service), service, urlKey: `${names(service).constantName}_URL` };
}

/** The claims that tokens must have, as their issuer declares them; undefined without an issuer. */
function authOf(services: ServiceSpec[]): { issuer: string; audience: string } | undefined {
  const keys = services.find(({ name }) => name === ISSUER)?.keys;
  const valueOf = (key: string) => keys?.find(({ name }) => name === key)?.default;
  const [issuer, audience] = [valueOf('TOKEN_ISSUER'), valueOf('TOKEN_AUDIENCE')];
  return issuer === undefined || audience === undefined ? undefined : { issuer, audience };
}

function namesOf(name: string): { name: string; className: string; propertyName: string } {
  const { className, propertyName } = names(name);
  return { name, className, propertyName };
}
