import { stringify } from 'yaml';
import { LOOKS_SECRET } from '../../../services/parse-environment-schema.ts';
import type { AppFacts } from './app-facts.ts';

/** slipway.yaml of an app, and what was guessed for it, a sentence each. `services`: those that it may call. */
export function serviceFileText(
  facts: AppFacts,
  localPort: number,
  services: string[],
): { text: string; guesses: string[] } {
  const guesses: string[] = [];
  const { ready, live } = facts;
  if (ready === undefined) guesses.push('no health route was found: a pod counts as ready once it listens');
  else guesses.push(`${ready} says whether it is ready${live === ready ? '' : `, ${live} whether it lives`}`);
  if (!facts.readsPort)
    guesses.push(`it listens on ${facts.port} and reads no PORT: let it, or two services cannot run on this machine`);
  if (!facts.readsHost) guesses.push('it reads no HOST: in a pod it has to listen on 0.0.0.0, and not on localhost');
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
  const health = ready === undefined ? {} : { http: live === ready ? { ready, live: ready } : { ready, live } };
  const body = stringify({ ...health, environment: { properties } }, { aliasDuplicateObjects: false });
  return {
    text: `# What slipway cannot see in the code. npx nx run deploy:assemble shows what is made of it.\n${body}`,
    guesses,
  };
}
