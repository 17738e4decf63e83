import type { NewProduct, ProductChange } from '@shop/contracts';
import type { Queryable } from '@shop/database';

export type ProductRecord = {
  id: string;
  sku: string;
  name: string;
  description: string;
  priceCents: number;
  currency: string;
  stock: number;
  createdAt: Date;
  updatedAt: Date;
};

export type ProductRepository = ReturnType<typeof createProductRepository>;

const columns = `id, sku, name, description, price_cents as "priceCents", currency, stock, created_at as "createdAt", updated_at as "updatedAt"`;

export function createProductRepository(database: Queryable) {
  return {
    /** Undefined when the SKU is taken. */
    async insert(product: NewProduct & { id: string; createdAt: Date }): Promise<ProductRecord | undefined> {
      const { id, sku, name, description = '', priceCents, currency, stock, createdAt } = product;
      const [row] = await database.query<ProductRecord>(
        `insert into products (id, sku, name, description, price_cents, currency, stock, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8) on conflict (sku) do nothing returning ${columns}`,
        [id, sku, name, description, priceCents, currency, stock, createdAt],
      );
      return row;
    },

    async update(
      id: string,
      { name, description, priceCents, stock }: ProductChange,
    ): Promise<ProductRecord | undefined> {
      const [row] = await database.query<ProductRecord>(
        `update products
            set name = coalesce($2, name), description = coalesce($3, description),
                price_cents = coalesce($4, price_cents), stock = coalesce($5, stock), updated_at = now()
          where id = $1 returning ${columns}`,
        [id, name, description, priceCents, stock],
      );
      return row;
    },

    async findById(id: string): Promise<ProductRecord | undefined> {
      const [row] = await database.query<ProductRecord>(`select ${columns} from products where id = $1`, [id]);
      return row;
    },

    /** Newest first: ids are UUIDv7. `position` and not `like`: every character of the search is literal. */
    list({
      after,
      search,
      limit,
    }: {
      after: string | undefined;
      search: string | undefined;
      limit: number;
    }): Promise<ProductRecord[]> {
      return database.query<ProductRecord>(
        `select ${columns} from products
          where ($1::uuid is null or id < $1)
            and ($2::text is null or position(lower($2 collate pg_c_utf8) in lower(name collate pg_c_utf8)) > 0)
          order by id desc limit $3`,
        [after, search, limit],
      );
    },
  };
}
