import { createInterface } from 'node:readline';
import { parseJson } from '@slipway/util/json';
import { UserError } from '@slipway/util/errors';
import type { PodConnection } from '../../kubernetes/client/port-forward.ts';
import type { DevBuild } from './dev-bundler.ts';
import type { Ask, Outcome, Say } from './pod/protocol.ts';

export type Died = Extract<Say, { type: 'died' }>;

/** The line to the runner of one pod. */
export type PodLink = {
  /** Sends what the pod lacks of the build. */
  send: (build: DevBuild) => Promise<void>;
  /** The same, and lets it serve. */
  run: (build: DevBuild) => Promise<Outcome>;
  serving: () => string;
  isOpen: () => boolean;
  close: () => void;
};

/** Its name says what is in it. */
const CONTENT_NAMED = /-[A-Z0-9]{8}\.js(\.map)?$/;

type Answer = Extract<Say, { type: 'answer' }>;

/**
 * Resolves when the runner has said hello. `onDied`: the serving process has died. Rejects when the pod has no runner.
 */
export async function openPodLink(connection: PodConnection, onDied: (died: Died) => void): Promise<PodLink> {
  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  const hello = Promise.withResolvers<void>();
  let files = new Set<string>();
  let serving = '';
  let isOpen = true;
  let count = 0;

  const hear = (message: Say) => {
    if (message.type === 'died') {
      serving = message.instead ?? '';
      return onDied(message);
    }
    files = new Set(message.files);
    if (message.type === 'hello') {
      serving = message.serving;
      hello.resolve();
    } else {
      waiting.get(message.id)?.resolve(message);
      waiting.delete(message.id);
    }
  };
  const lines = createInterface({ input: connection.incoming });
  lines.on('line', (line) => hear(parseJson<Say>(line, 'what a runner says')));
  lines.on('error', (error: Error) => {
    isOpen = false;
    hello.reject(error);
    for (const { reject } of waiting.values()) reject(error);
  });
  await hello.promise;

  function ask(build: DevBuild, run?: string): Promise<Answer> {
    if (!isOpen) return Promise.reject(new UserError('the connection was closed'));
    const lacking = [...build.files].filter(([name]) => !files.has(name) || !CONTENT_NAMED.test(name));
    const put = Object.fromEntries(lacking.map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]));
    const id = ++count;
    const message: Ask = { id, put, ...(run === undefined ? {} : { run }) };
    const answered = Promise.withResolvers<Answer>();
    waiting.set(id, answered);
    connection.send(`${JSON.stringify(message)}\n`);
    return answered.promise;
  }

  return {
    send: async (build) => void (await ask(build)),
    run: async (build) => {
      const { outcome } = await ask(build, build.entry);
      if (outcome === undefined) throw new Error('the runner does not say what became of the code');
      if (outcome.status === 'serving') serving = build.entry;
      return outcome;
    },
    serving: () => serving,
    isOpen: () => isOpen,
    close: connection.close,
  };
}
