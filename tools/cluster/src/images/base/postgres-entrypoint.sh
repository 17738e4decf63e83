#!/bin/sh
# Follows the contract of the official postgres image (POSTGRES_USER, POSTGRES_PASSWORD[_FILE], POSTGRES_DB,
# POSTGRES_INITDB_ARGS, PGDATA) and ends as postgres itself, so that PID 1 is the one that gets the signals.
set -eu

fail() {
  echo "entrypoint: $1" >&2
  exit 1
}

case "${1:-postgres}" in
  postgres) ;;
  -*) set -- postgres "$@" ;;
  *) exec "$@" ;;
esac
[ $# -gt 0 ] || set -- postgres

# Half-made data must never be taken for a database: everything happens in a sibling that gets its name at the end.
initialise() {
  user=${POSTGRES_USER:-postgres}
  database=${POSTGRES_DB:-$user}
  if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
    POSTGRES_PASSWORD=$(cat "$POSTGRES_PASSWORD_FILE")
  fi
  [ -n "${POSTGRES_PASSWORD:-}" ] || fail "the database is not initialised and POSTGRES_PASSWORD (or _FILE) is empty"

  parent=$(dirname "$PGDATA")
  mkdir -p "$parent" 2>/dev/null || true
  [ -w "$parent" ] || fail "uid $(id -u) cannot write $parent. Mount the volume there, or set PGDATA to a folder below the volume"
  if [ -d "$PGDATA" ]; then
    rmdir "$PGDATA" 2>/dev/null ||
      fail "$PGDATA is neither empty nor a database, or a mount point. Set PGDATA to a folder below the volume"
  fi

  making="$PGDATA.initdb"
  rm -rf "$making"
  # shellcheck disable=SC2086 # the arguments are meant to be split
  printf '%s\n' "$POSTGRES_PASSWORD" | initdb --pgdata="$making" --username="$user" --pwfile=/dev/stdin \
    --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 ${POSTGRES_INITDB_ARGS:-}
  echo "host all all all scram-sha-256" >> "$making/pg_hba.conf"
  echo "listen_addresses = '*'" >> "$making/postgresql.conf"
  if [ "$database" != postgres ]; then
    quoted=$(printf '%s' "$database" | sed 's/"/""/g')
    # Single-user mode reports a failed statement but exits with 0.
    said=$(printf 'CREATE DATABASE "%s"\n' "$quoted" | postgres --single -D "$making" postgres 2>&1)
    case "$said" in *ERROR:* | *FATAL:*) fail "$said" ;; esac
  fi
  mv "$making" "$PGDATA"
  sync
}

[ -s "$PGDATA/PG_VERSION" ] || initialise
unset POSTGRES_PASSWORD
exec "$@"
