create table products (
  id uuid primary key,
  sku text not null constraint products_sku_key unique,
  name text not null,
  description text not null,
  price_cents integer not null check (price_cents >= 0),
  currency text not null,
  -- The last line of defence: stock is never oversold, whatever the code does.
  stock integer not null constraint products_stock_not_negative check (stock >= 0),
  created_at timestamptz not null,
  updated_at timestamptz not null
);
