import type { Mutant } from './mutant.ts';

const fairQueue = 'libs/fair-queue/src/fair-queue.ts';
const fairQueueTest = 'libs/fair-queue/test/fair-queue.test.ts';
const overloadTest = 'apps/user/test/overload.test.ts';
const databaseTest = 'libs/database/test/database.test.ts';

/** Bounds, deadlines, departures and fairness of what waits in a service: hashes, and connections to a database. */
export const queueMutants: readonly Mutant[] = [
  {
    name: 'client-without-limit',
    guard: 'one client has so much waiting and no more',
    file: fairQueue,
    find: "if (own >= clientLimit) return new Overloaded('client-full', waitMs);",
    replace: '',
    test: { file: fairQueueTest, name: 'one client has so much waiting' },
  },
  {
    name: 'crowd-is-prepared-at-once',
    guard: 'of a crowd that comes at once no more is prepared than may wait: the rest costs the database nothing',
    file: fairQueue,
    find: 'this.#notePreparing(client, 1);',
    replace: 'this.#notePreparing(client, 0);',
    test: { file: fairQueueTest, name: 'of a crowd that comes at once' },
  },
  {
    name: 'queue-without-limit',
    guard: 'so much waits in all and no more',
    file: fairQueue,
    find: "if (this.#length >= this.#options.limit) [...this.#longest()].at(-1)?.refuse(this.#overloaded('full', client));",
    replace: '',
    test: { file: fairQueueTest, name: 'a full queue takes in' },
  },
  {
    name: 'no-turns',
    guard: 'clients take turns, whatever each of them brings',
    file: fairQueue,
    find: 'this.#waiting.delete(client);\n    this.#waiting.set(client, lane);',
    replace: '',
    test: { file: fairQueueTest, name: 'clients take turns' },
  },
  {
    name: 'waits-for-nobody',
    guard: 'who leaves is taken out of the queue at once',
    file: fairQueue,
    find: "caller?.left.addEventListener('abort', onLeft);",
    replace: '',
    test: { file: fairQueueTest, name: 'who leaves is taken out' },
  },
  {
    name: 'hopeless-wait',
    guard: 'what cannot be done before its deadline is refused at once',
    file: fairQueue,
    find: 'if (Date.now() + waitMs + workMs > this.#deadline(caller)) return',
    replace: 'if (waitMs === Infinity) return',
    test: { file: fairQueueTest, name: 'before the deadline any more is refused' },
  },
  {
    name: 'standing-queue',
    guard: 'under a flood waits are kept short, so that answers are of use',
    file: fairQueue,
    find: 'this.#isOverloaded = this.#pressure.isHigh && (was || isLong);',
    replace: 'this.#isOverloaded = was && isLong;',
    test: { file: fairQueueTest, name: 'while more comes than is done nothing old is done' },
  },
  {
    name: 'closed-by-one-slow-hash',
    guard: 'one slow piece of work does not close the queue for good',
    file: fairQueue,
    find: 'isBusy ? this.#meanMs : Math.min(this.#meanMs, idleWorkMs)',
    replace: 'this.#meanMs',
    test: { file: fairQueueTest, name: 'one slow piece of work' },
  },
  {
    name: 'hash-for-the-departed',
    guard: 'no password is hashed for a client that has left',
    file: 'apps/user/src/users/hash-queue.ts',
    find: 'queue.run(hash, clientNetwork(client), currentCaller())',
    replace: 'queue.run(hash, clientNetwork(client))',
    test: { file: overloadTest, name: 'for callers who have left' },
  },
  {
    name: 'hash-without-client',
    guard: 'a burst of sign-ins of one client does not take the turn of another',
    file: 'apps/user/src/users/hash-queue.ts',
    find: 'queue.run(hash, clientNetwork(client), currentCaller())',
    replace: "queue.run(hash, '', currentCaller())",
    test: { file: overloadTest, name: 'does not take the turn of another' },
  },
  {
    name: 'endless-wait-for-connection',
    guard: 'so many wait for a connection to the database and no more',
    file: 'libs/database/src/database.ts',
    find: 'limit: poolSize * waitingPerConnection,',
    replace: 'limit: Infinity,',
    test: { file: databaseTest, name: 'of four thousand at once' },
  },
  {
    name: 'silence-found-out-anew',
    guard: 'who waits behind a database that does not answer hears it with the first',
    file: 'libs/database/src/database.ts',
    find: "queue.run(() => take().catch(translated), '', caller())",
    replace: "queue.run(take, '', caller()).catch(translated)",
    test: { file: databaseTest, name: 'nobody waits for a turn of their own' },
  },
  {
    name: 'statement-for-the-departed',
    guard: 'a statement whose caller has left is not sent',
    file: 'libs/database/src/database.ts',
    find: "queue.run(() => take().catch(translated), '', caller())",
    replace: "queue.run(() => take().catch(translated), '')",
    test: { file: databaseTest, name: 'a statement whose caller leaves' },
  },
  {
    name: 'each-its-own-timeout',
    guard: 'behind a silent database nobody waits for a timeout of their own',
    file: 'libs/database/src/database.ts',
    find: 'if (isServerSilent(error))',
    replace: 'if (isServerSilent(error) && poolSize === 0)',
    test: { file: databaseTest, name: 'takes connections and says nothing' },
  },
];
