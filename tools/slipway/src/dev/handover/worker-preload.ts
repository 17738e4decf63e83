import cluster from 'node:cluster';
import { tracingChannel } from 'node:diagnostics_channel';
import { createServer, type Server } from 'node:net';
import { isMainThread } from 'node:worker_threads';
import { endConnections } from './end-connections.ts';

/** To a program: take connections from now on; or finish those that there are, as the next program serves. */
export type WorkerAsk = { slipway: 'serve' | 'replaced' };
/**
 * From a program: its management port, or the only one that it has, also answers on this port, which no other process
 * shares.
 */
export type WorkerSay = { slipway: 'management'; port: number };

/**
 * Loaded before a program that the program host runs (`--import`); `?held` in its address lets the program leave all
 * connections to its predecessor until it is told to serve, `inspect=PORT` opens a debugger's port on 127.0.0.1,
 * `management=PORT` says where it answers for its readiness.
 */
const options = new URL(import.meta.url).searchParams;
const inspectPort = Number(options.get('inspect'));
const managementPort = Number(options.get('management'));
let isHeld = options.has('held');

/** How long the predecessor may keep the debugger's port, ms. */
const INSPECT_PATIENCE_MS = 20_000;
const INSPECT_LOOK_MS = 200;

/** A program's own processes and threads inherit Node's flags; they are none of ours. */
if (cluster.isWorker && isMainThread) prepare();

function prepare(): void {
  const listening = new Set<Server>();
  const own = new WeakSet<Server>();
  // The channel keeps the program alive for as long as it listens, as a socket of its own would, and no longer.
  const settle = () => (listening.size > 0 ? process.channel?.ref() : process.channel?.unref());
  const onMessage = (message: WorkerAsk) => {
    if (message?.slipway === 'replaced') endConnections(listening);
    if (message?.slipway !== 'serve') return;
    isHeld = false;
    openInspector();
  };
  if (!isHeld) openInspector();
  process.on('message', onMessage);
  settle();

  const drop = (server: Server) => {
    listening.delete(server);
    settle();
  };

  tracingChannel<'net.server.listen', { server: Server }>('net.server.listen').subscribe({
    asyncStart({ server }) {
      if (own.has(server)) return;
      listening.add(server);
      settle();
      server.once('close', () => drop(server));
      hold(server);
    },
    asyncEnd({ server }) {
      if (!own.has(server) && isManagement(server)) openFront(server, own);
    },
    error({ server }) {
      drop(server);
    },
    start() {},
    end() {},
  });
}

/** A worker whose server is full passes a connection on to another worker; a held one is always full. */
function hold(server: Server): void {
  let wanted = server.maxConnections;
  Object.defineProperty(server, 'maxConnections', {
    configurable: true,
    get: () => (isHeld ? 0 : wanted),
    set: (value: number) => (wanted = value),
  });
}

function openInspector(end = Date.now() + INSPECT_PATIENCE_MS): void {
  if (inspectPort === 0) return;
  const inspector = process.getBuiltinModule('node:inspector');
  if (inspector.url() === undefined) inspector.open(inspectPort, '127.0.0.1');
  if (inspector.url() === undefined && Date.now() < end) setTimeout(openInspector, INSPECT_LOOK_MS, end).unref();
}

function isManagement(server: Server): boolean {
  return portOf(server) === (managementPort || Number(process.env.MANAGEMENT_PORT ?? process.env.PORT));
}

/** Undefined for one that listens on a path, or not yet. */
function portOf(server: Server): number | undefined {
  const address = server.address();
  return typeof address === 'string' ? undefined : address?.port;
}

/** While two processes have the declared port, this one tells which of them is ready. */
function openFront(server: Server, own: WeakSet<Server>): void {
  const front = createServer((socket) => server.emit('connection', socket));
  own.add(front);
  front.listen({ port: 0, host: '127.0.0.1', exclusive: true }, () => {
    const port = portOf(front);
    if (port !== undefined) process.send?.({ slipway: 'management', port } satisfies WorkerSay);
  });
  front.unref();
}
