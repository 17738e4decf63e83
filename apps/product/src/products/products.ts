import type { NewProduct, Product, ProductChange, ProductPage, ProductQuery } from '@shop/contracts';
import { decodeCursor, toPage } from '@shop/service-kit/cursor';
import { commonProblems } from '@shop/service-kit/problem';
import { uuidV7 } from '@shop/service-kit/uuid-v7';
import { problems } from '../problems.ts';
import type { ProductRecord, ProductRepository } from './product-repository.ts';

export type Products = ReturnType<typeof createProducts>;

export function createProducts(repository: ProductRepository) {
  return {
    async create(product: NewProduct): Promise<Product> {
      const record = await repository.insert({ ...product, ...uuidV7() });
      if (record === undefined) throw problems.skuTaken();
      return toProduct(record);
    },

    async change(id: string, change: ProductChange): Promise<Product> {
      const record = await repository.update(id, change);
      if (record === undefined) throw commonProblems.notFound();
      return toProduct(record);
    },

    async get(id: string): Promise<Product> {
      const record = await repository.findById(id);
      if (record === undefined) throw commonProblems.notFound();
      return toProduct(record);
    },

    async list({ limit, cursor, q }: ProductQuery): Promise<ProductPage> {
      const rows = await repository.list({ after: decodeCursor(cursor), search: q, limit: limit + 1 });
      return toPage(rows, limit, toProduct);
    },
  };
}

function toProduct({ createdAt, updatedAt, ...product }: ProductRecord): Product {
  return { ...product, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}
