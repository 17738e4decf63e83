import { getBuiltinModule } from 'node:process';

/**
 * `import … from 'node:http'` reads every export of the module, and one of them (WebSocket) loads all of Node's fetch:
 * 20 ms of each start. This leaves it alone.
 */
export const { Agent, createServer, request, ServerResponse, STATUS_CODES } = getBuiltinModule('node:http');
