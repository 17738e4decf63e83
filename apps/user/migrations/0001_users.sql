create table users (
  id uuid primary key,
  email text not null,
  name text not null,
  role text not null constraint users_role_known check (role in ('customer', 'admin')),
  password_hash text not null,
  created_at timestamptz not null
);

-- The collation is Postgres' own: the database's may not know letters beyond ASCII.
create unique index users_email_key on users (lower(email collate pg_c_utf8));
