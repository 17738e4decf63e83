-- One row per order, for good: what was decided for an order stays decided, however late a repeated request arrives.
create table reservations (
  order_id uuid primary key,
  status text not null check (status in ('reserved', 'refused', 'released')),
  currency text,
  refusal jsonb,
  created_at timestamptz not null default now(),
  released_at timestamptz
);

create table reservation_items (
  order_id uuid not null references reservations (order_id),
  product_id uuid not null references products (id),
  position integer not null,
  quantity integer not null check (quantity > 0),
  unit_price_cents integer not null,
  primary key (order_id, product_id)
);
