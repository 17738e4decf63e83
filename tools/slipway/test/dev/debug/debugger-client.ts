import assert from 'node:assert/strict';
import { once } from 'node:events';
import { generatedPositionFor, LEAST_UPPER_BOUND, originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { WebSocket } from 'ws';

type Message = { id?: number; method?: string; params?: Record<string, unknown>; result?: unknown; error?: object };
type Script = { scriptId: string; url: string; map: TraceMap };
export type Paused = {
  source: string;
  line: number;
  functionName: string;
  evaluate: (expression: string) => Promise<unknown>;
};

/** A debugger as editors are: knows sources by the source maps that scripts name. */
export async function attach(webSocketUrl: string) {
  const socket = new WebSocket(webSocketUrl);
  await once(socket, 'open');
  const waiting = new Map<number, (message: Message) => void>();
  const scripts: Script[] = [];
  const paused = Promise.withResolvers<Record<string, unknown>>();
  let count = 0;
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Message;
    const { id, method, params = {} } = message;
    if (id !== undefined) waiting.get(id)?.(message);
    const { scriptId, url, sourceMapURL } = params as { scriptId: string; url: string; sourceMapURL?: string };
    const encoded = sourceMapURL?.startsWith('data:') === true ? sourceMapURL.split('base64,')[1] : undefined;
    if (method === 'Debugger.scriptParsed' && encoded !== undefined)
      scripts.push({ scriptId, url, map: new TraceMap(Buffer.from(encoded, 'base64').toString()) });
    if (method === 'Debugger.paused') paused.resolve(params);
  });

  async function call<Result>(method: string, params: object = {}): Promise<Result> {
    const id = ++count;
    const answered = Promise.withResolvers<Message>();
    waiting.set(id, answered.resolve);
    socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await answered.promise;
    assert.equal(error, undefined, method);
    return result as Result;
  }
  await call('Runtime.enable');
  await call('Debugger.enable');

  return {
    /** Both 1-based, as editors count; `source`: a URL of this machine. */
    async breakAt(source: string, line: number): Promise<void> {
      const script = scripts.find(({ map }) => map.resolvedSources.includes(source));
      assert.ok(script, `no script has ${source}: ${scripts.flatMap(({ map }) => map.resolvedSources).join(' ')}`);
      const at = generatedPositionFor(script.map, { source, line, column: 0, bias: LEAST_UPPER_BOUND });
      assert.ok(at.line !== null, `${source}:${line} is in no script`);
      const set = await call<{ locations: unknown[] }>('Debugger.setBreakpointByUrl', {
        url: script.url,
        lineNumber: at.line - 1,
        columnNumber: at.column,
      });
      assert.equal(set.locations.length, 1, 'the breakpoint is bound');
    },
    async untilPaused(): Promise<Paused> {
      const { callFrames } = (await paused.promise) as {
        callFrames: {
          callFrameId: string;
          functionName: string;
          location: { scriptId: string; lineNumber: number; columnNumber: number };
        }[];
      };
      const [{ callFrameId, functionName, location }] = callFrames as [(typeof callFrames)[0]];
      const { map } = scripts.find(({ scriptId }) => scriptId === location.scriptId)!;
      const { source, line } = originalPositionFor(map, {
        line: location.lineNumber + 1,
        column: location.columnNumber,
      });
      return {
        source: source!,
        line: line!,
        functionName,
        evaluate: async (expression) =>
          (
            await call<{ result: { value: unknown } }>('Debugger.evaluateOnCallFrame', {
              callFrameId,
              expression,
              returnByValue: true,
            })
          ).result.value,
      };
    },
    resume: () => call('Debugger.resume'),
    close: () => socket.close(),
    closed: once(socket, 'close'),
  };
}
