#!/usr/bin/env bash
# Private Postgres and Redis on free ports of 127.0.0.1, from the programs
# installed on this machine, and with them the whole city-sized product.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repo=$(dirname "$here")
# shellcheck source=scripts/need.sh
. "$here/need.sh"

usage() {
  cat <<'TEXT'
usage: scripts/services.sh COMMAND [--dir D] [options]

  start     starts Postgres and Redis, prints the variables to use them
  cluster   start, then two mangxanh nodes and Caddy in front of them
  stop      ends everything that start or cluster started in D
  status    says what runs

  --dir D       where data, logs and process numbers are kept (default: .cache/services)
  --binary B    the mangxanh to run as nodes (cluster; default: bin/mangxanh)
  --demo        nodes serve the demo data (cluster)
  --keep        stop keeps D with its data
  --statements  Postgres counts statements (pg_stat_statements), for benchmarks

The variables are also written to D/env: . D/env
TEXT
}

command=${1:-}
[ $# -gt 0 ] && shift
dir="${MANGXANH_SERVICES_DIR:-$repo/.cache/services}" binary="$repo/bin/mangxanh" demo='' keep='' statements=''
while [ $# -gt 0 ]; do
  case $1 in
    --dir) dir=${2:?--dir needs a folder}; shift 2 ;;
    --binary) binary=${2:?--binary needs a program}; shift 2 ;;
    --demo) demo=--demo; shift ;;
    --keep) keep=yes; shift ;;
    --statements) statements=yes; shift ;;
    *) usage >&2; die "unknown option $1" ;;
  esac
done

# Postgres refuses to run as root. Whoever we run it as must be able to enter
# the data folder, which a clone under /root does not allow: then the data
# lies in the system's temporary folder, and D only remembers where.
runner=''
choose_runner() {
  as_root || return 0
  local user
  for user in postgres nobody; do
    id "$user" >/dev/null 2>&1 && runner=$user && return 0
  done
  die "found neither the user postgres nor nobody, and Postgres does not run as root; create one of them."
}
as_runner() {
  if [ -z "$runner" ]; then "$@"
  elif command -v runuser >/dev/null 2>&1; then (cd / && runuser -u "$runner" -- "$@")
  else (cd / && setpriv --reuid "$runner" --regid "$(id -g "$runner")" --clear-groups "$@"); fi
}

postgres_folder() {
  local found
  found=$(find /usr/lib/postgresql /usr/local/pgsql /opt/homebrew/opt -maxdepth 3 -name initdb 2>/dev/null | sort -V | tail -n 1)
  [ -n "$found" ] || found=$(command -v initdb || true)
  [ -n "$found" ] && dirname "$(readlink -f "$found")"
}

find_postgres() {
  bin=$(postgres_folder) || bin=''
  if [ -z "$bin" ] && as_root && command -v apt-get >/dev/null 2>&1; then
    say "installing postgresql (to keep the records)"
    apt_install postgresql || true
    bin=$(postgres_folder) || bin=''
  fi
  [ -n "$bin" ] || die "Postgres 15 or newer is not installed; on Debian or Ubuntu: sudo apt-get install postgresql"
  local version
  version=$("$bin/postgres" --version | grep -oE '[0-9]+' | head -n 1)
  [ "$version" -ge 15 ] || die "Postgres $version is too old: this needs 15 or newer."
}

find_redis() {
  need redis-server redis-server "to keep live leaderboards"
  local version
  version=$(redis-server --version | grep -oE 'v=[0-9]+' | cut -c3-)
  [ "$version" -ge 7 ] || die "Redis $version is too old: this needs 7 or newer."
}

start_postgres() {
  local port tries=0 pw
  pw=$(word 24)
  (umask 077 && printf '%s\n' "$pw" >"$data/pw")
  [ -z "$runner" ] || chown "$runner" "$data" "$data/pw"
  as_runner "$bin/initdb" -D "$data/postgres" -U mangxanh -A scram-sha-256 --pwfile "$data/pw" \
    -E UTF8 --locale=C --data-checksums >"$dir/initdb.log" 2>&1 ||
    die "initdb did not work, see $dir/initdb.log"
  rm -f "$data/pw"
  # Durable as Postgres ships it (fsync, full_page_writes and
  # synchronous_commit stay on); only sizes are set, for a small machine.
  cat >>"$data/postgres/postgresql.conf" <<TEXT
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 8MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
min_wal_size = 256MB
checkpoint_timeout = 15min
jit = off
timezone = 'UTC'
log_min_messages = warning
TEXT
  if [ -n "$statements" ]; then
    printf "shared_preload_libraries = 'pg_stat_statements'\n" >>"$data/postgres/postgresql.conf"
  fi
  while :; do
    port=$(free_port)
    if as_runner "$bin/pg_ctl" -D "$data/postgres" -l "$data/postgres.log" -w -t 60 -o "-p $port" start >/dev/null 2>&1; then break; fi
    tries=$((tries + 1))
    [ "$tries" -lt 5 ] || { tail -n 20 "$data/postgres.log" >&2; die "Postgres does not start, see $data/postgres.log"; }
  done
  record "$dir/pids" postgres "$(head -n 1 "$data/postgres/postmaster.pid")"
  PORTS_TAKEN="${PORTS_TAKEN:-} $port"
  PGPASSWORD=$pw "$bin/createdb" -h 127.0.0.1 -p "$port" -U mangxanh mangxanh
  if [ -n "$statements" ]; then
    PGPASSWORD=$pw "$bin/psql" -q -h 127.0.0.1 -p "$port" -U mangxanh -c 'CREATE EXTENSION pg_stat_statements' mangxanh
  fi
  database_url="postgres://mangxanh:$pw@127.0.0.1:$port/mangxanh?sslmode=disable"
  admin_url="postgres://mangxanh:$pw@127.0.0.1:$port/postgres?sslmode=disable"
}

redis_answers() {
  local reply=''
  exec 3<>"/dev/tcp/127.0.0.1/$1" || return 1
  printf 'AUTH %s\r\nPING\r\n' "$2" >&3
  read -r -t 2 reply <&3 && read -r -t 2 reply <&3 || true
  exec 3>&-
  [ "${reply%$'\r'}" = '+PONG' ]
} 2>/dev/null

start_redis() {
  local port pw pid tries=0
  pw=$(word 24)
  while :; do
    port=$(free_port)
    (umask 077 && cat >"$data/redis.conf" <<TEXT
bind 127.0.0.1
port $port
requirepass $pw
save ""
appendonly no
dir "$data"
logfile "$data/redis.log"
daemonize no
TEXT
    )
    [ -z "$runner" ] || chown "$runner" "$data/redis.conf"
    as_runner setsid nohup redis-server "$data/redis.conf" </dev/null >"$dir/redis.out" 2>&1 &
    if wait_for 10 redis_answers "$port" "$pw"; then break; fi
    tries=$((tries + 1))
    [ "$tries" -lt 3 ] || die "Redis does not start, see $data/redis.log"
  done
  pid=$(redis_pid "$port" "$pw")
  record "$dir/pids" redis "$pid"
  PORTS_TAKEN="${PORTS_TAKEN:-} $port"
  redis_url="redis://default:$pw@127.0.0.1:$port/0"
}

# redis_pid asks the server itself, because what we started may have been
# wrapped by runuser.
redis_pid() {
  local line
  exec 3<>"/dev/tcp/127.0.0.1/$1"
  printf 'AUTH %s\r\nINFO server\r\n' "$2" >&3
  while read -r -t 2 line <&3; do
    case $line in process_id:*) line=${line#process_id:}; printf '%s\n' "${line%$'\r'}"; break ;; esac
  done
  exec 3>&-
}

write_env() {
  (umask 077 && cat >"$dir/env" <<TEXT
export MANGXANH_DATABASE_URL='$database_url'
export MANGXANH_REDIS_URL='$redis_url'
export MANGXANH_TEST_POSTGRES_URL='$admin_url'
export MANGXANH_TEST_REDIS_URL='$redis_url'
TEXT
  )
}

start() {
  if running; then die "services already run in $dir; end them first: scripts/services.sh stop --dir $dir"; fi
  rm -rf "$dir/pids" "$dir/env" "$dir/data" # what an unclean end left
  mkdir -p "$dir"
  dir=$(cd "$dir" && pwd -P)
  : >"$dir/pids"
  choose_runner
  find_postgres
  find_redis
  data=$dir/data
  mkdir -p "$data"
  if [ -n "$runner" ]; then
    chown "$runner" "$data"
    if ! as_runner test -w "$data"; then
      rmdir "$data"
      data=$(mktemp -d "${TMPDIR:-/tmp}/mangxanh-services.XXXXXX")
      chown "$runner" "$data"
      as_runner test -w "$data" || die "the user $runner can write neither in $dir nor in $data"
    fi
  fi
  printf '%s\n' "$data" >"$dir/where"
  trap 'stop_all >/dev/null 2>&1 || true' EXIT
  start_postgres
  start_redis
  write_env
  trap - EXIT
}

running() {
  local name pid mark
  [ -f "$dir/pids" ] || return 1
  while read -r name pid mark; do
    alive "$pid" "$mark" && return 0
  done <"$dir/pids"
  return 1
}

stop_all() {
  [ -f "$dir/pids" ] || { say "nothing runs in $dir"; return 0; }
  local name pid mark signal
  # The youngest first: the proxy, the nodes, then what they lean on.
  # SIGINT is Postgres' fast stop; everything else ends cleanly on SIGTERM.
  tac "$dir/pids" | while read -r name pid mark; do
    signal=TERM
    [ "$name" = postgres ] && signal=INT
    end "$pid" "$mark" 20 "$signal" || say "$name ($pid) does not end"
  done
  rm -f "$dir/pids" "$dir/env"
  if [ -z "$keep" ] && [ -f "$dir/where" ]; then
    rm -rf -- "$(cat "$dir/where")"
    rm -f "$dir/where"
  fi
}

status() {
  local name pid mark found=1
  [ -f "$dir/pids" ] || { say "nothing runs in $dir"; return 1; }
  while read -r name pid mark; do
    if alive "$pid" "$mark"; then printf '%-10s runs as process %s\n' "$name" "$pid"; found=0
    else printf '%-10s has ended (was process %s)\n' "$name" "$pid"; fi
  done <"$dir/pids"
  return "$found"
}

start_node() {
  local name=$1 port=$2 admin=$3
  (
    # shellcheck disable=SC1091
    . "$dir/env"
    export MANGXANH_ADDR="127.0.0.1:$port" MANGXANH_ADMIN_ADDR="127.0.0.1:$admin" \
      MANGXANH_DATA_DIR="$dir/nodes" MANGXANH_SECRET_FILE="$dir/nodes/secret" \
      MANGXANH_PUBLIC_URL="$public_url" MANGXANH_TRUSTED_PROXIES=127.0.0.1
    exec setsid nohup "$binary" serve $demo </dev/null >"$dir/$name.log" 2>&1
  ) &
  record "$dir/pids" "$name" $!
  wait_for 60 answers "http://127.0.0.1:$port/readyz" || {
    tail -n 20 "$dir/$name.log" >&2
    die "$name is not ready after a minute, see $dir/$name.log"
  }
}

# take_port: a free port that no later call of this run is given again.
take_port() {
  port=$(free_port)
  PORTS_TAKEN="${PORTS_TAKEN:-} $port"
}

cluster() {
  [ -x "$binary" ] || die "$binary is not built; run: go build -o bin/mangxanh ./cmd/mangxanh"
  binary=$(readlink -f "$binary")
  need curl curl "to ask the nodes whether they are ready"
  need caddy caddy "to stand in front of the nodes"
  start
  trap 'stop_all >/dev/null 2>&1 || true' EXIT
  local one two admin_one admin_two front
  take_port; one=$port
  take_port; two=$port
  take_port; admin_one=$port
  take_port; admin_two=$port
  take_port; front=$port
  public_url="http://127.0.0.1:$front"
  mkdir -p "$dir/nodes"
  start_node node-1 "$one" "$admin_one"
  start_node node-2 "$two" "$admin_two"
  MANGXANH_SITE="$public_url" MANGXANH_NODE_1="127.0.0.1:$one" MANGXANH_NODE_2="127.0.0.1:$two" \
    XDG_DATA_HOME="$dir/caddy" XDG_CONFIG_HOME="$dir/caddy" HOME="$dir" \
    setsid nohup caddy run --config "$here/Caddyfile" --adapter caddyfile </dev/null >"$dir/caddy.log" 2>&1 &
  record "$dir/pids" caddy $!
  wait_for 30 answers "$public_url/readyz" || die "Caddy does not answer on $public_url, see $dir/caddy.log"
  trap - EXIT
  cat >>"$dir/env" <<TEXT
export MANGXANH_PUBLIC_URL='$public_url'
export MANGXANH_NODES='http://127.0.0.1:$one http://127.0.0.1:$two'
export MANGXANH_NODE_ADMINS='http://127.0.0.1:$admin_one http://127.0.0.1:$admin_two'
TEXT
}

case $command in
  start) start; cat "$dir/env" ;;
  cluster) cluster; cat "$dir/env" ;;
  stop) stop_all ;;
  status) status ;;
  -h | --help | help) usage ;;
  *) usage >&2; exit 2 ;;
esac
