import { clientNetwork } from '@shop/service-kit';
import { OverloadError } from '../overload.ts';

/**
 * Costly requests under way, by client: what is over the share of one would be refused by the service all the same, after
 * it had cost the service a turn and a connection.
 */
export class ClientShares {
  readonly #most: number;
  readonly #underWay = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** `address`: the client's. Returns what ends the request's part in the share. Throws OverloadError when it is used up. */
  enter(address: string): () => void {
    const client = clientNetwork(address);
    const count = this.#underWay.get(client) ?? 0;
    if (count >= this.#most) throw new OverloadError('client-share');
    this.#underWay.set(client, count + 1);
    return () => {
      const left = (this.#underWay.get(client) ?? 0) - 1;
      if (left > 0) this.#underWay.set(client, left);
      else this.#underWay.delete(client);
    };
  }
}
