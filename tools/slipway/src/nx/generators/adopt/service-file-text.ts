import { stringify } from 'yaml';
import type { BuildChoice } from '../../../services/build-choice.ts';
import type { DatabaseChoice } from '../../../services/database-choice.ts';
import { LOOKS_SECRET } from '../../../services/parse-environment-schema.ts';
import type { AppFacts } from './app-facts.ts';

/** What is known of an app besides its facts. */
export type AppContext = {
  localPort: number;
  /** Those that it may call. */
  services: string[];
  /** The export that says its environment, `src/env.ts#Env`. */
  schema?: { from: string; text: string } | undefined;
  build?: BuildChoice | undefined;
  database?: DatabaseChoice | undefined;
};

/** slipway.yaml of an app, and what was guessed for it, a sentence each. */
export function serviceFileText(
  facts: AppFacts,
  { localPort, services, schema, build, database }: AppContext,
): { text: string; guesses: string[] } {
  const guesses: string[] = [];
  const choices = { ...(build === undefined ? {} : { build }), ...(database === undefined ? {} : { database }) };
  const { ready, live } = facts;
  if (ready === undefined) guesses.push('no health route was found: a pod counts as ready once it listens');
  else guesses.push(`${ready} says whether it is ready${live === ready ? '' : `, ${live} whether it lives`}`);
  if (!facts.readsPort)
    guesses.push(`it listens on ${facts.port} and reads no PORT: let it, or two services cannot run on this machine`);
  if (!facts.readsHost) guesses.push('it reads no HOST: in a pod it has to listen on 0.0.0.0, and not on localhost');
  if (schema !== undefined)
    return fromSchema(schema, { localPort, services, guesses, shared: { ...choices, ...healthOf(facts) } });
  const properties: Record<string, object> = {
    PORT: {
      type: 'integer',
      default: facts.port,
      ...(facts.readsPort ? { 'x-slipway': { kind: 'plain', local: String(localPort) } } : {}),
    },
  };
  if (facts.readsHost)
    properties.HOST = { type: 'string', default: '0.0.0.0', 'x-slipway': { kind: 'plain', local: '127.0.0.1' } };
  for (const { name, default: value } of facts.keys) {
    if (name === database?.url) continue;
    const callee = services.find((service) => `${service.replaceAll('-', '_').toUpperCase()}_URL` === name);
    if (callee !== undefined) {
      properties[name] = { type: 'string', 'x-slipway': { kind: 'service-url', service: callee } };
      guesses.push(`${name} is the address of the service ${callee}`);
    } else if (LOOKS_SECRET.test(name)) {
      properties[name] = { type: 'string', 'x-slipway': { kind: 'generated-password', length: 32 } };
      guesses.push(`${name} is a secret, and a generated one will do on kind`);
    } else {
      properties[name] = { type: 'string', default: value ?? '' };
      if (value === undefined) guesses.push(`${name} is empty: no default was found`);
    }
  }
  return { text: fileText({ ...choices, ...healthOf(facts), environment: { properties } }), guesses };
}

type Context = { localPort: number; services: string[]; guesses: string[]; shared: object };

/** What the schema says is not said again; only what it cannot know: ports of this machine, and who is who. */
function fromSchema(
  { from, text }: { from: string; text: string },
  { localPort, services, guesses, shared }: Context,
): { text: string; guesses: string[] } {
  guesses.push(`${from} says its environment`);
  const says = (key: string) => new RegExp(`\\b${key}\\b`).test(text);
  const properties = {
    ...(says('PORT') ? { PORT: { 'x-slipway': { kind: 'plain', local: String(localPort) } } } : {}),
    ...(says('HOST') ? { HOST: { 'x-slipway': { kind: 'plain', local: '127.0.0.1' } } } : {}),
  };
  const calls = Object.fromEntries(
    services
      .map((service) => [`${service.replaceAll('-', '_').toUpperCase()}_URL`, service] as const)
      .filter(([key]) => says(key)),
  );
  for (const [key, service] of Object.entries(calls)) guesses.push(`${key} is the address of the service ${service}`);
  const environment = Object.keys(properties).length === 0 ? from : { from, properties };
  return { text: fileText({ ...shared, environment, ...(Object.keys(calls).length === 0 ? {} : { calls }) }), guesses };
}

function healthOf({ ready, live }: AppFacts): object {
  if (ready === undefined) return {};
  return { http: live === ready ? { ready, live: ready } : { ready, live } };
}

function fileText(content: object): string {
  const body = stringify(content, { aliasDuplicateObjects: false });
  return `# What slipway cannot see in the code. npx nx run deploy:assemble shows what is made of it.\n${body}`;
}
