import { problemCatalogue } from '@shop/service-kit/problem';

export const problems = problemCatalogue({
  insufficientStock: [409, 'insufficient-stock', 'There is not enough in stock'],
  notCancellable: [409, 'not-cancellable', 'Only a confirmed order can be cancelled'],
  unknownProduct: [422, 'unknown-product', 'There is no such product'],
  mixedCurrency: [422, 'mixed-currency', 'The products of one order must have one currency'],
  idempotencyKeyReused: [422, 'idempotency-key-reused', 'This Idempotency-Key came with another body before'],
  orderUnsettled: [503, 'order-unsettled', 'The order could not be settled in time'],
});
