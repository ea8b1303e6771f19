#!/usr/bin/env bash
# Measures a fresh server with demo data on this machine, load generator,
# server and database together, and the floors of HTTP and database in the
# same run. Prints a table; every figure in it is measured.
#
#   scripts/bench.sh [--storage embedded|server] [--json FILE] [--quick] [--profile DIR]
#
#   --storage S    embedded: SQLite and boards in the process (default: server:
#                  private Postgres and Redis)
#   --json FILE    also writes the figures as one JSON object
#   --quick        short phases: for a look, not for a comparison
#   --profile DIR  also keeps a processor profile of the server under saves
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repo=$(dirname "$here")
# shellcheck source=scripts/need.sh
. "$here/need.sh"

storage=server json='' quick='' profile='' pupils=18000
while [ $# -gt 0 ]; do
  case $1 in
    --storage) storage=${2:?--storage needs embedded or server}; shift 2 ;;
    --json) json=$(realpath -m -- "${2:?--json needs a file}"); shift 2 ;;
    --quick) quick=--quick pupils=1500; shift ;;
    --profile) profile=$(realpath -m -- "${2:?--profile needs a folder}"); shift 2 ;;
    *) sed -n '2,13s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
  esac
done
case $storage in embedded | server) ;; *) die "--storage is embedded or server, not $storage" ;; esac

need curl curl "to ask the server whether it is ready"
need_go
cd "$repo"
mkdir -p bin
CGO_ENABLED=0 go build -trimpath -o bin/ ./cmd/...

work=$(mktemp -d "${TMPDIR:-/tmp}/mangxanh-bench.XXXXXX")
server='' profiler=''
clean_up() {
  trap - EXIT INT TERM
  [ -z "$profiler" ] || kill "$profiler" 2>/dev/null || true
  [ -z "$server" ] || end "$server" "$server_mark" 20 TERM || true
  [ ! -f "$work/services/pids" ] || "$here/services.sh" stop --dir "$work/services" || true
  rm -rf -- "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

if [ "$storage" = server ]; then
  "$here/services.sh" start --dir "$work/services" --statements >/dev/null
  # shellcheck disable=SC1091
  . "$work/services/env"
  database=$MANGXANH_DATABASE_URL
else
  unset MANGXANH_DATABASE_URL MANGXANH_REDIS_URL
fi

port=$(free_port)
PORTS_TAKEN=$port
admin=$(free_port)
export MANGXANH_ADDR="127.0.0.1:$port" MANGXANH_ADMIN_ADDR="127.0.0.1:$admin" MANGXANH_DATA_DIR="$work/data" \
  MANGXANH_DEMO_PASSWORD=demo-password-for-bench MANGXANH_DEMO_PIN=135790

say "making $pupils pupils with cards"
bin/mangxanh demo --pupils "$pupils" --cards-out "$work/cards.csv" >"$work/demo.log" 2>&1 ||
  { tail -n 20 "$work/demo.log" >&2; die "the demo data could not be made"; }
setsid nohup bin/mangxanh serve </dev/null >"$work/server.log" 2>&1 &
server=$!
server_mark=$(started "$server")
wait_for 60 answers "http://127.0.0.1:$port/readyz" || { tail -n 20 "$work/server.log" >&2; die "the server is not ready after a minute"; }
if [ "$storage" = embedded ]; then
  database=$(find "$work/data" -maxdepth 1 -name '*.db' | head -n 1)
  [ -n "$database" ] || die "found no SQLite file in $work/data"
  database=sqlite:$database
fi

if [ -n "$profile" ]; then
  mkdir -p "$profile"
  # The load program prints a line when steady saves begin to be of interest;
  # a minute of profile from the start of the first phase covers them.
  curl -fsS -o "$profile/cpu.pprof" "http://127.0.0.1:$admin/debug/pprof/profile?seconds=${MANGXANH_PROFILE_SECONDS:-60}" &
  profiler=$!
fi

status=0
bin/loadtest bench $quick --storage "$storage" --url "http://127.0.0.1:$port" --cards "$work/cards.csv" --pupils "$pupils" --pid "$server" \
  --metrics "http://127.0.0.1:$admin/metrics" --database "$database" ${json:+--json "$json"} || status=$?
if [ -n "$profile" ]; then wait "$profiler" || true; profiler=''; say "profile: go tool pprof -top bin/mangxanh $profile/cpu.pprof"; fi
[ "$status" = 0 ] || tail -n 20 "$work/server.log" >&2
exit "$status"
