-- In the database, so that all replicas count the same failures.
create table login_failures (
  id bigint generated always as identity primary key,
  client text not null,
  email_digest bytea not null,
  failed_at timestamptz not null default now()
);

create index login_failures_pair on login_failures (client, email_digest, failed_at);
create index login_failures_failed_at on login_failures (failed_at);
