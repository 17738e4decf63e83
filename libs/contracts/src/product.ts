import Type, { type Static } from 'typebox';
import { limits } from './limits.ts';
import { Page, PageQuery } from './page.ts';
import { Currency, FreeText, Id, Name, PriceCents, Stock, Timestamp } from './scalars.ts';

const Description = FreeText({ maxLength: limits.description });

export const NewProduct = Type.Object(
  {
    sku: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }),
    name: Name,
    description: Type.Optional(Description),
    priceCents: PriceCents,
    currency: Currency,
    stock: Stock,
  },
  {
    additionalProperties: false,
    examples: [
      { sku: 'mug-blue', name: 'Blue mug', description: 'Holds 0.3 l', priceCents: 1290, currency: 'EUR', stock: 25 },
    ],
  },
);
export type NewProduct = Static<typeof NewProduct>;

export const ProductChange = Type.Object(
  {
    name: Type.Optional(Name),
    description: Type.Optional(Description),
    priceCents: Type.Optional(PriceCents),
    stock: Type.Optional(Stock),
  },
  { additionalProperties: false, minProperties: 1, examples: [{ priceCents: 1190, stock: 40 }] },
);
export type ProductChange = Static<typeof ProductChange>;

export const Product = Type.Object({
  id: Id,
  sku: Type.String(),
  name: Type.String(),
  description: Type.String(),
  priceCents: Type.Integer(),
  currency: Type.String(),
  stock: Type.Integer(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Product = Static<typeof Product>;

export const ProductPage = Page(Product);
export type ProductPage = Static<typeof ProductPage>;

export const ProductQuery = Type.Object({
  ...PageQuery.properties,
  q: Type.Optional(FreeText({ maxLength: limits.search, description: 'part of the name, in either case' })),
});
export type ProductQuery = Static<typeof ProductQuery>;
