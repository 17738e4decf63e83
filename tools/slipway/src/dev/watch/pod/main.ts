import { createInterface } from 'node:readline';
import { createServer, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { openCodeFolder } from './code-folder.ts';
import { type Ask, type Outcome, type Say } from './protocol.ts';
import { createSupervisor, type Program } from './supervisor.ts';

/**
 * What watch mode lets a pod run in place of `node main.js`: the same program, under a supervisor that takes new code.
 * Arguments: the folder for the code, the port to listen on, then what the container would have run.
 */
const [folder = '', runnerPort, , ...program] = process.argv.slice(2);
const script = program.findIndex((word) => !word.startsWith('-'));
const ofImage: Program = { name: '', path: resolve(program[script] ?? '') };
const code = openCodeFolder(folder);
const connections = new Set<Socket>();

const supervisor = createSupervisor({
  flags: program.slice(0, script),
  env: { NODE_COMPILE_CACHE: code.path('.compile-cache') },
  port: Number(process.env.PORT),
  onDied: ({ program: { name: entry }, log }, instead, end) => {
    code.setCurrent(instead?.name || undefined);
    for (const connection of connections) say(connection, { type: 'died', entry, instead: instead?.name, ...end, log });
  },
});
process.on('SIGTERM', supervisor.stop);
process.on('SIGINT', supervisor.stop);

function say(connection: Socket, message: Say): void {
  connection.write(`${JSON.stringify(message)}\n`);
}

async function answer({ id, put, run }: Ask): Promise<Say> {
  code.put(put);
  let outcome: Outcome | undefined;
  if (run !== undefined) {
    code.linkPackages(run, ofImage.path);
    outcome = await supervisor.run({ name: run, path: code.path(run) });
    if (outcome.status === 'serving') {
      code.setCurrent(run);
      code.keepEntries(supervisor.programs());
    }
  }
  return { type: 'answer', id, files: code.names(), ...(outcome === undefined ? {} : { outcome }) };
}

// On the pod's own loopback: only clients that may forward ports to the pod may send it code.
createServer((connection) => {
  connections.add(connection);
  connection.on('close', () => connections.delete(connection));
  connection.on('error', () => connection.destroy());
  say(connection, { type: 'hello', files: code.names(), serving: supervisor.serving() });
  let queue = Promise.resolve();
  createInterface({ input: connection }).on('line', (line) => {
    const ask: Ask = JSON.parse(line);
    queue = queue
      .then(() => answer(ask))
      .catch((error: Error): Say => {
        const outcome: Outcome = { status: 'failed', reason: error.message, log: [] };
        return { type: 'answer', id: ask.id, files: code.names(), outcome };
      })
      .then((message) => say(connection, message));
  });
}).listen(Number(runnerPort), '127.0.0.1');

// A restarted container runs the last sent code; if that does not start, the image's own.
const current = code.current();
const first = current === undefined ? ofImage : { name: current, path: code.path(current) };
let outcome = await supervisor.run(first);
if (outcome.status === 'failed' && current !== undefined) {
  code.setCurrent(undefined);
  outcome = await supervisor.run(ofImage);
}
if (outcome.status === 'failed') process.exit(outcome.code ?? 1);
