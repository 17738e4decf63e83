create table idempotency_keys (
  user_id uuid not null,
  key text not null,
  fingerprint bytea not null,
  -- running: an execution has it until lease_until; open: the last one failed, the next may have it; done: answered.
  state text not null check (state in ('running', 'open', 'done')),
  lease_until timestamptz not null,
  attempt uuid not null,
  order_id uuid not null references orders (id),
  -- json and not jsonb: it is repeated as it was given.
  answer json,
  -- The stored answer was given to someone: the order must stay.
  is_replayed boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);

create index idempotency_keys_created_at on idempotency_keys (created_at);
