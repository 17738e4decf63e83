import { productAt } from './products.ts';
import type { SeedApi } from './seed-api.ts';

type Shop = Pick<SeedApi, 'addProduct'>;
type Counts = { added: number; known: number };

const atOnce = 4;

/** The first `count` products, a few at a time. Stops at the first that is refused. */
export async function seedProducts(
  shop: Shop,
  token: string,
  count: number,
  onProgress: (counts: Counts) => void,
): Promise<Counts> {
  const counts = { added: 0, known: 0 };
  let next = 0;
  let hasFailed = false;
  async function work(): Promise<void> {
    while (next < count && !hasFailed) {
      const isNew = await shop.addProduct(productAt(next++), token);
      counts[isNew ? 'added' : 'known'] += 1;
      onProgress(counts);
    }
  }
  const workers = Array.from({ length: atOnce }, () =>
    work().catch((error: unknown) => {
      hasFailed = true;
      throw error;
    }),
  );
  await Promise.all(workers);
  return counts;
}
