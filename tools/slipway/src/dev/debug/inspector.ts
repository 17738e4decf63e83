import { once } from 'node:events';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Duplex } from 'node:stream';
import { UserError } from '@slipway/util/errors';
import { WebSocket } from 'ws';

/** Opens a connection to the inspector's port. */
export type Connect = () => Promise<Duplex>;

/** A call takes no longer unless the process stands at a breakpoint, ms. */
const CALL_MS = 10_000;

/** The one target that Node's inspector has. Rejects while nothing listens. */
export async function inspectorId(connect: Connect): Promise<string> {
  const socket = await connect();
  try {
    const asked = request({
      createConnection: () => socket,
      path: '/json/list',
      headers: { host: '127.0.0.1' },
      signal: AbortSignal.timeout(CALL_MS),
    });
    const response = once(asked, 'response', { signal: AbortSignal.timeout(CALL_MS) });
    asked.end();
    const [answer] = (await response) as Parameters<typeof json>;
    const [target] = (await json(answer)) as { id: string }[];
    return target!.id;
  } finally {
    socket.destroy();
  }
}

/** A session of the DevTools protocol. */
export async function openSession(connect: Connect, id: string): Promise<WebSocket> {
  const socket = await connect();
  const session = new WebSocket(`ws://127.0.0.1/${id}`, {
    createConnection: () => socket as never,
    perMessageDeflate: false,
    skipUTF8Validation: true,
  });
  await once(session, 'open', { signal: AbortSignal.timeout(CALL_MS) });
  return session;
}

type Evaluated = { id?: number; result?: { result: { value?: string }; exceptionDetails?: object } };

/** Runs an expression whose value is a text. */
export async function evaluate(session: WebSocket, expression: string): Promise<string> {
  const signal = AbortSignal.timeout(CALL_MS);
  const call = { id: 1, method: 'Runtime.evaluate', params: { expression, returnByValue: true } };
  session.send(JSON.stringify(call));
  while (true) {
    const [data] = (await once(session, 'message', { signal })) as [Buffer];
    const { id, result } = JSON.parse(data.toString()) as Evaluated;
    if (id !== call.id) continue;
    if (typeof result?.result.value === 'string') return result.result.value;
    throw new UserError('the process in the pod does not say where its source maps are');
  }
}
