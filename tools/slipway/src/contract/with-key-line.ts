import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from '../faults/fault.ts';
import type { ServiceContract } from './service-contract.ts';

/** The fault with the line that declares its key, where it is about one of a config.ts and that declares it itself. */
export function withKeyLine(workspaceRoot: string, contracts: ServiceContract[], fault: Fault): Fault {
  const { file, key, line } = fault;
  if (key === undefined || line !== undefined || !contracts.some(({ configFile }) => configFile === file)) return fault;
  const lines = readFileSync(join(workspaceRoot, file), 'utf8').split('\n');
  const index = lines.findIndex((text) => text.trimStart().startsWith(`${key}:`));
  return index === -1 ? fault : { ...fault, line: index + 1 };
}
