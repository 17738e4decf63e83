import { setTimeout as sleep } from 'node:timers/promises';
import type { CryptoKey } from 'jose';
import { commonProblems } from '../http/problem.ts';
import { importPublicKeys, type JsonWebKeySet } from './key-sets.ts';
import type { KeySet } from './token-verifier.ts';

const maxAgeMs = 300_000;
/** Tokens with made-up key ids must not become a flood of fetches. */
const cooldownMs = 1000;

/**
 * The user service's public keys. An unknown key id fetches them again (all that ask share one fetch), so does age; while
 * the user service is away the last good set keeps serving.
 */
export class RemoteKeySet implements KeySet {
  readonly #fetchKeys: () => Promise<JsonWebKeySet>;
  #keys = new Map<string, CryptoKey>();
  #generation = 0;
  #fetchedAt = -Infinity;
  #triedAt = -Infinity;
  #refresh: Promise<void> | undefined;

  constructor(fetchKeys: () => Promise<JsonWebKeySet>) {
    this.#fetchKeys = fetchKeys;
  }

  get generation(): number {
    return this.#generation;
  }

  async find(kid: string): Promise<CryptoKey | undefined> {
    const known = this.#keys.get(kid);
    if (known !== undefined) {
      if (performance.now() - this.#fetchedAt > maxAgeMs) this.refresh().catch(() => {});
      return known;
    }
    try {
      await this.refresh();
    } catch (error) {
      // Not 401: the token may be good, of a key that is new. Made-up ids cost no more: all that ask share a fetch a second.
      throw commonProblems.upstreamUnavailable({ detail: 'the keys of access tokens cannot be had now', cause: error });
    }
    return this.#keys.get(kid);
  }

  /** `pauseMs`: the least between two fetches. */
  refresh(pauseMs = cooldownMs): Promise<void> {
    this.#refresh ??= this.#fetchSoon(pauseMs).finally(() => {
      this.#refresh = undefined;
    });
    return this.#refresh;
  }

  async #fetchSoon(pauseMs: number): Promise<void> {
    const wait = this.#triedAt + pauseMs - performance.now();
    if (wait > 0) await sleep(wait);
    this.#triedAt = performance.now();
    const keys = await importPublicKeys(await this.#fetchKeys());
    if ([...this.#keys.keys()].some((kid) => !keys.has(kid))) this.#generation += 1;
    this.#keys = keys;
    this.#fetchedAt = performance.now();
  }
}
