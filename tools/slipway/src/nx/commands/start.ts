import { constants } from 'node:os';
import { exitCodeOf, explainError } from '@slipway/util/errors';
import type { TerminalProcess } from '@slipway/util/exec-in-terminal';
import { workspaceRoot } from '@slipway/util/workspace-root';
import { describeStack, entryServices } from '../../dev/local/describe-stack.ts';
import { findApiPage } from '../../dev/local/find-api-page.ts';
import { openLogFiles } from '../../dev/local/log-files.ts';
import { terminalOutput } from '../../dev/local/output.ts';
import { runCommand } from '../../dev/local/run-command.ts';
import { runStack } from '../../dev/local/run-stack.ts';
import type { Stack } from '../../dev/local/stack.ts';
import { startHelp, startOptions, type StartOptions } from '../../dev/local/start-options.ts';
import { onStopRequest } from '../../dev/local/stop-requests.ts';
import { EPHEMERAL_LOGS, localLogFile, localLogFolder } from '../../operate/logs/local-log-file.ts';
import { runsFolder } from '../../page/data/runs-folder.ts';
import { startCommand } from '../../util/commands.ts';

const begun = performance.now();
let stack: Stack | undefined;
let command: TerminalProcess | undefined;
const interrupted = Promise.withResolvers<NodeJS.Signals>();

onStopRequest({
  stop(signal) {
    interrupted.resolve(signal);
    command?.kill(signal);
    // Before there is a stack nothing runs yet that would have to be waited for.
    if (stack === undefined) process.exit(128 + constants.signals[signal]);
  },
  force(signal) {
    command?.kill('SIGKILL');
    stack?.kill();
    process.exit(128 + constants.signals[signal]);
  },
});

try {
  const options = startOptions(process.argv.slice(2));
  process.exitCode = options.help ? help() : await run(options);
} catch (error) {
  process.exitCode = exitCodeOf(error);
  console.error(explainError(error));
}
// Idle sockets and timers must not keep us: whatever has to end has ended.
process.exit();

function help(): number {
  console.log(startHelp);
  return 0;
}

async function run({
  watch,
  othersGoOn,
  json,
  only,
  ephemeral,
  inspect,
  ui,
  stack: name,
  command: words,
}: StartOptions): Promise<number> {
  const root = workspaceRoot(process.cwd());
  const logFolder = ephemeral ? EPHEMERAL_LOGS : localLogFolder(name);
  const toFile = openLogFiles((service) => localLogFile(root, logFolder, service));
  const page = ui ? await (await import('../../page/open-local-page.ts')).openLocalPage() : undefined;
  const running = await runStack({
    workspaceRoot: root,
    ports: ephemeral ? 'free' : 'default',
    watch,
    othersGoOn,
    inspect,
    ...(only === undefined ? {} : { only }),
    ...(page === undefined ? {} : { telemetry: page.environment }),
    ...(name === undefined ? {} : { stack: name }),
    command: process.env.SLIPWAY_STARTED_AS ?? startCommand(),
    output: (services) => terminalOutput({ json, services, toFile, quiet: words !== undefined }),
  });
  stack = running;
  const { output, services, dataDir } = running;
  if (page !== undefined) {
    const shown = { workspaceRoot: root, dataDir, logFolder, services: running.look, isReadOnly: ephemeral };
    page.show({
      ...shown,
      ...(name === undefined ? {} : { stack: name }),
      ...(ephemeral ? {} : { runsFolder: runsFolder(root, 'local', name) }),
    });
    output.say(`  The page, open to everyone with the link: ${page.link}`);
  }
  const signal = interrupted.promise.then((name) => ({ signal: name }));
  const failed = running.failed.then((name) => ({ failed: name }));
  let code = 0;

  const start = await Promise.race([signal, failed, running.ready.then((ready) => ({ ready }))]);
  if ('ready' in start) {
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    const apiPage = start.ready ? await findApiPage(entryServices(services)[0]?.url) : undefined;
    const facts = { services, ready: start.ready, watch, seconds, command: words !== undefined, stack: name };
    const pages = { ...(apiPage === undefined ? {} : { apiPage }), ...(page === undefined ? {} : { page: page.link }) };
    for (const line of describeStack({ ...facts, ...pages })) output.say(line);
    process.send?.({ ready: start.ready, urls: Object.fromEntries(services.map(({ name, url }) => [name, url])) });
    if (words !== undefined && start.ready) {
      command = runCommand(words, services, (message) => output.bad(message));
      code = await command.exitCode;
      // 127: it was not found, which has been said.
      if (code !== 0 && code !== 127 && code < 128)
        output.bad(`${words.join(' ')} ended with ${code}; what the services logged is in ${logFolder}`);
    } else await Promise.race([signal, failed]);
  }
  const ended = await Promise.race([failed, signal, Promise.resolve(undefined)]);
  if (ended !== undefined && 'failed' in ended) code ||= 1;
  // An interrupted command has not done its work; a stack that was asked to stop has.
  if (ended !== undefined && 'signal' in ended && words !== undefined) code ||= 128 + constants.signals[ended.signal];
  output.say('Stopping');
  await running.stop();
  await page?.close();
  output.say('Everything is stopped');
  return code;
}
