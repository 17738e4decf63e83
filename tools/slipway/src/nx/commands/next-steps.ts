import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nxCommand } from '../../kubernetes/client/target.ts';
import { clusterCommand } from '../../util/commands.ts';
import type { Settings } from '../../util/workspace/settings.ts';

/** A workspace's own steps, which are printed first. `{url}` and `{kubectl}` stand for those of the stack. */
export const NEXT_STEPS = 'deploy/next-steps.txt';

/** `why`: the stack exposes nothing. */
type Address = { url?: string; why?: string };

/** Where the stack is, and what to do with it. */
export function nextSteps(settings: Settings, context: string, services: string[], { url, why }: Address): string {
  const nx = (command: string) => nxCommand(settings, context, command);
  const kubectl = `kubectl --context ${context} -n ${settings.stack}`;
  const own = url === undefined ? '' : ownSteps(settings.workspaceRoot, { url, kubectl });
  return `
The stack is ready${url === undefined ? `; ${why}` : ` at ${url}`}

${own}  look        ${kubectl} get pods
              ${nx('run deploy:status')}
  edit        ${nx('run deploy:dev-kind')} (a saved change is live in the cluster)
  deploy      ${nx('run-many -t deploy-kind')}
              ${nx(`run ${services[0]}:deploy-kind`)} (one, and those it calls)
  tear down   ${nx('run deploy:teardown')}
              ${clusterCommand('down', '--name', settings.cluster)} (the cluster too)`;
}

function ownSteps(workspaceRoot: string, values: { url: string; kubectl: string }): string {
  const file = join(workspaceRoot, NEXT_STEPS);
  if (!existsSync(file)) return '';
  const text = readFileSync(file, 'utf8').replaceAll('{url}', () => values.url);
  return `${text.replaceAll('{kubectl}', () => values.kubectl).trimEnd()}\n`;
}
