import { randomUUID } from 'node:crypto';
import { Agent, request, type OutgoingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What hostile clients of one kind have seen so far. */
export type HostileFigures = {
  opened: number;
  /** Closed by the other side, or refused. */
  closed: number;
  /** Open now. */
  open: number;
  /** Answers by status. */
  answers: Record<string, number>;
};

type Attack = (url: URL, figures: HostileFigures, signal: AbortSignal) => Promise<void>;

const depth = 1400;

/** Each attacks until the signal comes. Bounded: none opens more than 4,000 connections at a time. */
export const attacks = {
  'half-open': holdHalfOpen,
  pipelines: pipelineAndLeave,
  'unread-answers': readNothing,
  'sign-in-flood': floodSignIn,
  quitters: giveUp,
} satisfies Record<string, Attack>;

export type AttackName = keyof typeof attacks;

function open(url: URL, figures: HostileFigures, text: string): Socket {
  const socket = connect(Number(url.port), url.hostname);
  figures.opened += 1;
  figures.open += 1;
  socket.on('error', () => {});
  socket.on('close', () => {
    figures.open -= 1;
    figures.closed += 1;
  });
  if (text !== '') socket.write(text);
  return socket;
}

const get = (url: URL, path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: ${url.host}\r\n${more}\r\n`;

/** 2,000 connections: some say nothing, some half a head, some a body a byte per second. */
async function holdHalfOpen(url: URL, figures: HostileFigures, signal: AbortSignal): Promise<void> {
  const texts = [
    '',
    get(url, '/api/v1/products', 'X-Half: ').trimEnd(),
    `POST /api/v1/sessions HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`,
  ];
  const sockets: Socket[] = [];
  for (let at = 0; at < 2000 && !signal.aborted; at++) {
    const socket = open(url, figures, texts[at % texts.length] ?? '').resume();
    sockets.push(socket);
    if (at % texts.length === 2) {
      const drip = setInterval(() => socket.write(' '), 1000);
      socket.on('close', () => clearInterval(drip));
    }
    // In a few seconds, as no listener's backlog takes them at once.
    if (at % 50 === 49) await pause(50, signal);
  }
  await untilAborted(signal);
  for (const socket of sockets) socket.destroy();
}

/** 8 connections at a time with 1,400 requests each, which leave before the answers. */
async function pipelineAndLeave(url: URL, figures: HostileFigures, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const sockets = Array.from({ length: 8 }, () => open(url, figures, get(url, '/api/v1/products').repeat(depth)));
    await pause(400, signal);
    for (const socket of sockets) socket.destroy();
  }
}

/** 20 connections with 1,400 requests each whose answers nobody reads; new ones for those that are closed. */
async function readNothing(url: URL, figures: HostileFigures, signal: AbortSignal): Promise<void> {
  const text = get(url, '/api/v1/products?limit=100').repeat(depth);
  let sockets: Socket[] = [];
  while (!signal.aborted) {
    sockets = sockets.filter(({ destroyed }) => !destroyed);
    while (sockets.length < 20) sockets.push(open(url, figures, text).pause());
    await pause(1000, signal);
  }
  for (const socket of sockets) socket.destroy();
}

/** 300 sign-ins of unknown addresses at once, again and again. */
async function floodSignIn(url: URL, figures: HostileFigures, signal: AbortSignal): Promise<void> {
  const signIn = () => {
    const json = { email: `${randomUUID()}@shop.example`, password: 'wrong password 1' };
    return send(url, figures, signal, { method: 'POST', path: '/api/v1/sessions', json, patienceMs: 15_000 });
  };
  while (!signal.aborted) await Promise.all([...Array.from({ length: 300 }, signIn), pause(1000, signal)]);
}

/** 4,000 clients at once that wait for 300 ms and leave, every few seconds. */
async function giveUp(url: URL, figures: HostileFigures, signal: AbortSignal): Promise<void> {
  const ask = () => send(url, figures, signal, { method: 'GET', path: '/api/v1/products?limit=100', patienceMs: 300 });
  while (!signal.aborted) await Promise.all([...Array.from({ length: 4000 }, ask), pause(5000, signal)]);
}

const agent = new Agent({ keepAlive: false });

function send(
  url: URL,
  figures: HostileFigures,
  signal: AbortSignal,
  { method, path, json, patienceMs }: { method: string; path: string; json?: object; patienceMs: number },
): Promise<void> {
  figures.opened += 1;
  figures.open += 1;
  const headers: OutgoingHttpHeaders = json === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve) => {
    const count = (outcome: string) => (figures.answers[outcome] = (figures.answers[outcome] ?? 0) + 1);
    const call = request(new URL(path, url), { agent, method, headers }, (response) => {
      count(String(response.statusCode));
      response.resume().on('error', () => {});
    });
    const leave = () => call.destroy();
    const timer = setTimeout(leave, patienceMs);
    signal.addEventListener('abort', leave);
    call.on('error', () => count('none'));
    call.on('close', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
      figures.open -= 1;
      figures.closed += 1;
      resolve();
    });
    call.end(json === undefined ? undefined : JSON.stringify(json));
  });
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}
