-- One row per request that was or is going to be told of an order. An order stands as long as one of them is not revoked.
-- Replaces orders.attempt and idempotency_keys.is_replayed, which pods of the release before still write: a later
-- migration drops them.
create table executions (
  id uuid primary key,
  -- null: revoked before it got that far.
  order_id uuid references orders (id),
  is_revoked boolean not null default false,
  created_at timestamptz not null default now()
);

create index executions_of_order on executions (order_id);
create index executions_created_at on executions (created_at);
create index idempotency_keys_of_order on idempotency_keys (order_id);
