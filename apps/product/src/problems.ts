import { problemCatalogue } from '@shop/service-kit/problem';

export const problems = problemCatalogue({
  skuTaken: [409, 'sku-taken', 'Another product has this SKU'],
  insufficientStock: [409, 'insufficient-stock', 'There is not enough in stock'],
  reservationReleased: [409, 'reservation-released', 'This order has given its stock back'],
  unknownProduct: [422, 'unknown-product', 'There is no such product'],
  mixedCurrency: [422, 'mixed-currency', 'The products of one order must have one currency'],
});
