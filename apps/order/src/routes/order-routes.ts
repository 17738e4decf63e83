import { Id, NewOrder, Order, OrderPage, PageQuery, Problem } from '@shop/contracts';
import {
  contextOf,
  executionId,
  identityOf,
  addLogFields,
  requireUser,
  type AcceptedKeys,
  type App,
  type TokenVerifier,
} from '@shop/service-kit';
import { commonProblems } from '@shop/service-kit/problem';
import Type from 'typebox';
import type { CancelOrder } from '../orders/cancel-order.ts';
import type { PlaceOrder } from '../orders/place-order.ts';
import type { ReadOrders } from '../orders/read-orders.ts';

type OrderRoutesOptions = {
  placeOrder: PlaceOrder;
  cancelOrder: CancelOrder;
  readOrders: ReadOrders;
  gatewayKeys: AcceptedKeys;
  verifier: TokenVerifier;
};

const byId = Type.Object({ id: Id });
const tags = ['orders'];
const security = [{ bearer: [] }];
const PlaceOrderHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{1,128}$',
      description: '1–128 visible ASCII characters; the same key makes one order',
    }),
  ),
});
/** The route needs no body; an empty object is as good as none. */
const NoBody = Type.Unsafe<null>({ type: ['object', 'null'], additionalProperties: false });

export function orderRoutes(
  app: App,
  { placeOrder, cancelOrder, readOrders, gatewayKeys, verifier }: OrderRoutesOptions,
): void {
  const onRequest = requireUser(verifier);

  app.post(
    '/api/v1/orders',
    {
      onRequest,
      schema: {
        summary: 'Place an order',
        tags,
        security,
        headers: PlaceOrderHeaders,
        body: NewOrder,
        response: { 201: Order, 400: Problem, 401: Problem, 409: Problem, 422: Problem, 503: Problem },
      },
    },
    async (request, reply) => {
      assertDistinctProducts(request.body);
      const { order, isReplay } = await placeOrder({
        userId: identityOf(request).userId,
        order: request.body,
        executionId: executionId(request, gatewayKeys),
        idempotencyKey: request.headers['idempotency-key'],
        context: contextOf(request),
      });
      if (isReplay) reply.header('idempotency-replayed', 'true');
      return reply.code(201).header('location', `/api/v1/orders/${order.id}`).send(order);
    },
  );

  app.get(
    '/api/v1/orders',
    {
      onRequest,
      schema: {
        summary: "One's own orders (an admin: all), newest first",
        tags,
        security,
        querystring: PageQuery,
        response: { 200: OrderPage, 401: Problem },
      },
    },
    (request) => readOrders.list(request.query, identityOf(request)),
  );

  app.get(
    '/api/v1/orders/:id',
    {
      onRequest,
      schema: {
        summary: 'One order',
        tags,
        security,
        params: byId,
        response: { 200: Order, 401: Problem, 404: Problem },
      },
    },
    (request) => {
      addLogFields({ orderId: request.params.id });
      return readOrders.get(request.params.id, identityOf(request));
    },
  );

  app.post(
    '/api/v1/orders/:id/cancel',
    {
      onRequest,
      schema: {
        summary: 'Cancel an order',
        tags,
        security,
        params: byId,
        body: NoBody,
        response: { 200: Order, 401: Problem, 404: Problem, 409: Problem },
      },
    },
    (request) => {
      addLogFields({ orderId: request.params.id });
      return cancelOrder({ id: request.params.id, viewer: identityOf(request), context: contextOf(request) });
    },
  );
}

function assertDistinctProducts({ items }: NewOrder): void {
  const seen = new Set<string>();
  items.forEach(({ productId }, index) => {
    if (seen.has(productId)) {
      throw commonProblems.validationFailed({
        errors: [{ path: `/items/${index}/productId`, message: 'is in the order already' }],
      });
    }
    seen.add(productId);
  });
}
