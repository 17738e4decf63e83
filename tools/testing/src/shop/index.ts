/** The shop's public API, as its clients use it. */
export { createIssuer, type Issuer } from './issuer.ts';
export { StockLedger, type Item } from './stock-ledger.ts';
