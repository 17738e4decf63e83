import { Id, NewProduct, Problem, Product, ProductChange, ProductPage, ProductQuery } from '@shop/contracts';
import { requireUser, type App, type TokenVerifier } from '@shop/service-kit';
import Type from 'typebox';
import type { Products } from '../products/products.ts';

const byId = Type.Object({ id: Id });
const tags = ['products'];
const security = [{ bearer: [] }];

export function productRoutes(app: App, { products, verifier }: { products: Products; verifier: TokenVerifier }): void {
  app.get(
    '/api/v1/products',
    {
      schema: {
        summary: 'Products, newest first',
        tags,
        querystring: ProductQuery,
        response: { 200: ProductPage, 400: Problem },
      },
    },
    (request) => products.list(request.query),
  );

  app.get(
    '/api/v1/products/:id',
    { schema: { summary: 'One product', tags, params: byId, response: { 200: Product, 404: Problem } } },
    (request) => products.get(request.params.id),
  );

  app.post(
    '/api/v1/products',
    {
      onRequest: requireUser(verifier, 'admin'),
      schema: {
        summary: 'Add a product',
        tags,
        security,
        body: NewProduct,
        response: { 201: Product, 400: Problem, 403: Problem, 409: Problem },
      },
    },
    async (request, reply) => {
      const product = await products.create(request.body);
      return reply.code(201).header('location', `/api/v1/products/${product.id}`).send(product);
    },
  );

  app.patch(
    '/api/v1/products/:id',
    {
      onRequest: requireUser(verifier, 'admin'),
      schema: {
        summary: 'Change a product',
        tags,
        security,
        params: byId,
        body: ProductChange,
        response: { 200: Product, 400: Problem, 403: Problem, 404: Problem },
      },
    },
    (request) => products.change(request.params.id, request.body),
  );
}
