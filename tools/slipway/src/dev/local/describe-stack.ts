import type { LocalService } from './local-service.ts';

type Facts = {
  services: LocalService[];
  ready: boolean;
  watch: boolean;
  seconds: string;
  /** Whether a command is about to run: then the description is shorter. */
  command: boolean;
  /** Address of a page to read and try the API, if there is one. */
  apiPage?: string;
  /** Link to the page, if it is served. */
  page?: string;
  /** Its name, if it has one. */
  stack?: string | undefined;
};

/** What people want to know once everything runs: where to go, how to get in, how to get out. */
export function describeStack({ services, ready, watch, seconds, command, apiPage, page, stack }: Facts): string[] {
  const of = stack === undefined ? '' : ` (stack ${stack})`;
  const state = ready ? `All ready after ${seconds} s${of}.` : `Not everything is ready${of}: see ✗ above.`;
  if (command) return [state];
  const lines = ['', state, ''];
  for (const { name, url } of entryServices(services)) lines.push(`  ${name}: ${url}`);
  if (apiPage !== undefined) lines.push(`  API, to read and try: ${apiPage}`);
  if (page !== undefined) lines.push(`  The page, open to everyone with the link: ${page}`);
  for (const { credentials, secretsFile } of services) {
    if (credentials.length > 0) lines.push(`  To sign in: ${credentials.join(' and ')} in ${secretsFile}`);
  }
  return [...lines, '', `${watch ? 'Edits restart what they concern. ' : ''}Ctrl-C stops everything.`, ''];
}

/** The services that no other service calls: the entry points for requests from outside. */
export function entryServices(services: LocalService[]): LocalService[] {
  return services.filter(({ name }) => !services.some(({ calls }) => calls.includes(name)));
}
