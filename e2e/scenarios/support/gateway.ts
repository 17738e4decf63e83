import { stackEnvironment } from 'slipway/target';
import { workspaceRoot } from '@slipway/checks/workspace-root';
import { CONTEXT } from './stack.ts';

let address: string | undefined;

/** Where the gateway of the cluster under test is: of the one that CONTEXT names, and of no other. */
export async function gatewayUrl(): Promise<string> {
  return (address ??= (await stackEnvironment(workspaceRoot, CONTEXT)).GATEWAY_URL!);
}

/** A request to it, e.g. for `/api/v1/products`. */
export async function fetchGateway(path: string, init?: RequestInit): Promise<Response> {
  return fetch(`${await gatewayUrl()}${path}`, init);
}
