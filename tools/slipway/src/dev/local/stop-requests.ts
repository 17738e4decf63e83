import { isAlive } from '@slipway/util/process-identity';
import { npmProcess } from './npm-process.ts';

/** npm and nx pass on a Ctrl-C that the terminal has sent us already: two within this time are one. */
const echoMs = 500;
const parentCheckMs = 500;

type Handlers = {
  /** Called once, for the first request to end. */
  stop: (signal: NodeJS.Signals) => void;
  /** Called when someone insists. */
  force: (signal: NodeJS.Signals) => void;
};

/** Listens for every way in which we are asked to end: signals, the terminal's or the reader's end, npm's death. */
export function onStopRequest({ stop, force }: Handlers): void {
  let first: number | undefined;
  const request = (signal: NodeJS.Signals) => {
    if (first === undefined) {
      first = Date.now();
      stop(signal);
    } else if (Date.now() - first > echoMs) force(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => request(signal));
  const once = (signal: NodeJS.Signals) => {
    if (first === undefined) request(signal);
  };
  // `npm start | head`, or a terminal that is gone.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => once('SIGHUP'));
  // nx's executor holds the other end.
  process.on('disconnect', () => once('SIGTERM'));
  // A killed npm tells us nothing. Started by hand, outliving the shell may be what is wanted.
  const npm = npmProcess();
  if (npm === undefined) return;
  setInterval(() => {
    if (!isAlive(String(npm))) once('SIGTERM');
  }, parentCheckMs).unref();
}
