import type { DatabaseLogin } from '../../services/database-login.ts';
import { scramVerifier } from './scram-verifier.ts';

/** The group that owns the database: its members are the two logins, of which the service uses one at a time. */
export function ownerRole(service: string): string {
  return `${service}_owner`;
}

/** Every login that slipway gives to a service's database; one of them made its volume. */
export function loginNames(service: string): string[] {
  return [service, `${service}_a`, `${service}_b`];
}

/** The login to switch to. A database that never rotated has one with the service's own name. */
export function otherLogin(service: string, current: string): string {
  return current === `${service}_a` ? `${service}_b` : `${service}_a`;
}

/**
 * SQL for the superuser: gives all that is in `service`'s database to the group, and makes `login` a member that acts as
 * the group. Logins that are in use are not touched. Does nothing twice; one that waits longer than a second for a table
 * gives up, because requests would wait behind it.
 */
export function introduceLogin(service: string, { user, password }: DatabaseLogin): string {
  const owner = identifier(ownerRole(service));
  const login = identifier(user);
  return `
set lock_timeout = '1s';
do $do$
declare
  statement text;
begin
  if not exists (select from pg_roles where rolname = ${literal(ownerRole(service))}) then
    create role ${owner} nologin;
  end if;
  if not exists (select from pg_roles where rolname = ${literal(user)}) then
    create role ${login};
  end if;
  for statement in
    select format('alter %s %s owner to %I', kind, name, ${literal(ownerRole(service))})
    from (
      select 'database' as kind, quote_ident(datname) as name, datdba as owner
      from pg_database where datname = current_database()
      union all
      select 'schema', quote_ident(nspname), nspowner
      from pg_namespace where nspname !~ '^pg_' and nspname not in ('information_schema', 'public')
      union all
      select case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence'
          when 'f' then 'foreign table' else 'table' end,
        oid::regclass::text, relowner
      from pg_class
      where relkind in ('r', 'p', 'v', 'm', 'S', 'f') and relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
        -- A column's sequence goes with its table.
        and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid
          and (deptype = 'e' or (relkind = 'S' and deptype in ('a', 'i'))))
      union all
      select 'routine', oid::regprocedure::text, proowner
      from pg_proc
      where pronamespace::regnamespace::text !~ '^(pg_|information_schema)'
        and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = pg_proc.oid and deptype = 'e')
      union all
      select 'type', oid::regtype::text, typowner
      from pg_type
      where typtype in ('e', 'd', 'r') and typnamespace::regnamespace::text !~ '^(pg_|information_schema)'
        and not exists (select from pg_depend where classid = 'pg_type'::regclass and objid = pg_type.oid and deptype = 'e')
    ) as object
    where owner <> ${literal(ownerRole(service))}::regrole
  loop
    execute statement;
  end loop;
end
$do$;
grant ${owner} to ${login};
alter role ${login} set role to ${literal(ownerRole(service))};
alter role ${login} login password ${literal(scramVerifier(password))};
`;
}

/** SQL for the superuser: every login of `service` but `current` loses its password and its connections. */
export function retireLogins(service: string, current: string): string {
  const names = loginNames(service)
    .filter((name) => name !== current)
    .map(literal);
  return `
do $do$
declare
  login name;
begin
  for login in select rolname from pg_roles where rolname in (${names.join(', ')}) loop
    execute format('alter role %I password null', login);
    -- Over the network: this query itself uses the pod's own socket.
    perform pg_terminate_backend(pid) from pg_stat_activity where usename = login and client_addr is not null;
  end loop;
end
$do$;
`;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
