import { codeOf, UserError } from '@slipway/util/errors';
import { readJson } from '@slipway/util/json';

const SDK = '@modelcontextprotocol/sdk';

/** The server's parts. The SDK brings some 60 packages, so only who uses it installs it. Throws UserError without it. */
export async function loadMcp() {
  try {
    const [{ createMcpServer }, { StdioServerTransport }] = await Promise.all([
      import('./mcp-server.ts'),
      import('@modelcontextprotocol/sdk/server/stdio.js'),
    ]);
    return { createMcpServer, StdioServerTransport };
  } catch (error) {
    throw mcpProblem(error);
  }
}

/** What the user has to do, where the SDK is missing; else the error itself. */
export function mcpProblem(error: unknown): unknown {
  const isMissing = codeOf(error) === 'ERR_MODULE_NOT_FOUND' && error instanceof Error && error.message.includes(SDK);
  if (!isMissing) return error;
  const { peerDependencies } = readJson<{ peerDependencies: Record<string, string> }>(
    `${import.meta.dirname}/../../../package.json`,
  );
  return new UserError(`npx slipway mcp needs the package ${SDK}, which is not installed`, {
    hint: `npm install --save-dev ${SDK}@${peerDependencies[SDK]}`,
  });
}
