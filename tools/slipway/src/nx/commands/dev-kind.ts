import { Socket } from 'node:net';
import { join } from 'node:path';
import { parseJson } from '@slipway/util/json';
import { explainError } from '@slipway/util/errors';
import { workspaceRoot as rootOf } from '@slipway/util/workspace-root';
import { jsonReporter } from '../../deploy/report/json-reporter.ts';
import { plainReporter } from '../../deploy/report/plain-reporter.ts';
import { printable } from '@slipway/util/printable';
import { masked } from '@slipway/util/secret-mask';
import { lastWords } from '../../dev/watch/last-words.ts';
import { type WatchOptions, watchMode } from '../../dev/watch/watch-mode.ts';
import { readSettings } from '../../util/workspace/settings.ts';

/** What the executor dev-kind starts, with its options as JSON; see there for the controlPipe. */
type Options = Omit<WatchOptions, 'only'> & { only?: string; json: boolean };

/** Nx prints nothing any more once it was asked to end: what comes then goes to its terminal, or here. */
const LEAVING_LOG = 'dist/watch/leaving.log';

const { only, json, ...options } = parseJson<Options>(process.argv[2] ?? '', 'the argument of dev-kind');
const workspaceRoot = rootOf(process.cwd());
const leaving = new AbortController();
let output: { write: (text: string) => unknown } = process.stdout;
const report = (json ? jsonReporter : plainReporter)((text) => void output.write(masked(text)));

function leave(): void {
  if (leaving.signal.aborted) return;
  output = lastWords(process.env.SLIPWAY_TERMINAL ?? '', join(workspaceRoot, LEAVING_LOG));
  leaving.abort();
}

const controlPipe = new Socket({ fd: 3, allowHalfOpen: true });
controlPipe.on('end', leave).on('error', leave).resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leave);
for (const stream of [process.stdout, process.stderr]) stream.on('error', leave);

let exitCode = 0;
try {
  const names = only?.split(',').map((name) => name.trim());
  const watched = { ...options, ...(names === undefined ? {} : { only: names }) };
  await watchMode({ settings: readSettings(workspaceRoot), report, signal: leaving.signal }, watched);
} catch (error) {
  const stack = error instanceof Error ? error.stack : undefined;
  const said = process.env.SLIPWAY_DEBUG === undefined ? explainError(error) : printable(stack ?? String(error));
  output.write(masked(`${said}\n`));
  exitCode = 1;
}
controlPipe.end(String(exitCode), () => process.exit(exitCode));
