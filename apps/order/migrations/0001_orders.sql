create table orders (
  id uuid primary key,
  user_id uuid not null,
  status text not null check (status in ('pending', 'confirmed', 'rejected', 'cancelled')),
  currency text,
  total_cents bigint,
  -- Until then a request works on the order; afterwards the reconciler settles what the request left half-done.
  lease_until timestamptz not null,
  -- The product service may hold stock for this order that has to go back.
  release_due boolean not null default false,
  -- The execution of the request that confirmed it.
  attempt uuid,
  created_at timestamptz not null,
  constraint orders_confirmed_has_total check (status <> 'confirmed' or (total_cents is not null and currency is not null))
);

create index orders_of_user on orders (user_id, id desc);
create index orders_unsettled on orders (lease_until) where status = 'pending' or release_due;

create table order_items (
  order_id uuid not null references orders (id),
  position integer not null,
  product_id uuid not null,
  quantity integer not null check (quantity > 0),
  unit_price_cents integer,
  primary key (order_id, position)
);
