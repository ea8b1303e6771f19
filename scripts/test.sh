#!/usr/bin/env bash
# From a fresh machine to a green test run. Installs what is missing where it
# may, starts private Postgres and Redis, runs every suite on embedded and on
# server storage and the pages in a real browser, and ends what it started.
#
#   scripts/test.sh           everything
#   scripts/test.sh --quick   without the browser suites and the race detector
#   scripts/test.sh --long    fault suites at full length, every fuzz target for a minute
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repo=$(dirname "$here")
# shellcheck source=scripts/need.sh
. "$here/need.sh"

quick='' patience=20m
for option in "$@"; do
  case $option in
    --quick) quick=yes ;;
    --long) export MANGXANH_TEST_LONG=1 patience=2h ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
  esac
done

# Packages whose tests race goroutines on purpose.
concurrent=(./scoring/board/... ./storage/... ./contest/attempt/... ./contest/standing/... ./api/...)

exec </dev/null # nothing here ever asks
cd "$repo" || exit 1
work=$(mktemp -d "${TMPDIR:-/tmp}/mangxanh-test.XXXXXX") || exit 1
services=$work/services
server=''

clean_up() {
  trap - EXIT INT TERM
  stop_server
  [ ! -f "$services/pids" ] || "$here/services.sh" stop --dir "$services" >/dev/null 2>&1
  [ ! -f "$work/cluster/pids" ] || "$here/services.sh" stop --dir "$work/cluster" >/dev/null 2>&1
  rm -rf -- "$work"
}
trap 'clean_up' EXIT
trap 'clean_up; exit 130' INT TERM

# step NAME COMMAND...: runs one step, shows all it prints, remembers how it went.
passed=0 failed=0 summary=()
step() {
  local name=$1 began=$SECONDS verdict
  shift
  printf '\n=== %s\n' "$name"
  if "$@"; then
    verdict=ok passed=$((passed + 1))
  else
    verdict=FAILED failed=$((failed + 1))
  fi
  summary+=("$(printf '%-7s %4ds  %s' "$verdict" $((SECONDS - began)) "$name")")
  [ "$verdict" = ok ]
}

install() (
  set -e
  need_go
  node_is_there || die "Node 20.19 or newer with npm is not installed; the pages and their tests need it. Get it from https://nodejs.org"
  need curl curl "to ask servers whether they are ready"
  need redis-server redis-server "for the live leaderboards of the server storage"
  if [ -z "$quick" ]; then
    need caddy caddy "to stand in front of two nodes"
    need chromium chromium "to test the pages"
    if as_root && command -v apt-get >/dev/null 2>&1 && ! fc-list 2>/dev/null | grep -qiE 'noto|dejavu|roboto'; then
      apt_install fonts-noto-core fontconfig
    fi
  fi
)

start_services() {
  "$here/services.sh" start --dir "$services" || return 1
  # shellcheck disable=SC1091
  . "$services/env"
  # The product under test is given its own addresses where it needs them.
  unset MANGXANH_DATABASE_URL MANGXANH_REDIS_URL
  export MANGXANH_TEST_POSTGRES_URL MANGXANH_TEST_REDIS_URL
}

formatted() {
  local files
  files=$(find . \( -name node_modules -o -name .git -o -name .cache \) -prune -o -name '*.go' -print0 | xargs -0 gofmt -l)
  [ -z "$files" ] || { printf 'gofmt would change:\n%s\n' "$files"; return 1; }
}

page_tools() {
  [ -x frontend/node_modules/.bin/svelte-check ] && [ -x frontend/node_modules/.bin/vitest ] &&
    [ frontend/node_modules/.package-lock.json -nt frontend/package-lock.json ] && return 0
  (cd frontend && npm ci --no-audit --no-fund --loglevel=error)
}

browser_tools() {
  [ -x frontend/e2e/node_modules/.bin/playwright ] &&
    [ frontend/e2e/node_modules/.package-lock.json -nt frontend/e2e/package-lock.json ] && return 0
  (cd frontend/e2e && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error)
}

browser_types() { (cd frontend/e2e && npx --no-install tsc --noEmit); }

go_tests() { go test -timeout "$patience" ./...; }
# At full length the fault suites would take the race detector hours.
race_tests() { CGO_ENABLED=1 env -u MANGXANH_TEST_LONG go test -race -timeout 30m "${concurrent[@]}"; }

# Every fuzz target of the repository, found by its name, one after the other.
# What a target found is kept beside its seeds, as the go tool says.
fuzz_all() {
  local file name folder status=0
  while IFS=: read -r file name; do
    folder=$(dirname "$file")
    printf '%s %s\n' "$folder" "$name"
    go test -run '^$' -fuzz "^$name\$" -fuzztime "${MANGXANH_FUZZ_TIME:-60s}" -fuzzminimizetime 20x "$folder" || status=1
  done < <(fuzz_targets)
  return "$status"
}

fuzz_targets() {
  find . \( -name node_modules -o -name .git -o -name .cache \) -prune -o -name '*_test.go' -print0 |
    xargs -0 grep -oE '^func Fuzz[A-Za-z0-9_]+' | sed -E 's/:func /:/' | sort
}

in_frontend() { (cd frontend && npm run --silent "$@"); }

# The API document that the pages are generated from is the one that the Go
# tests have just compared with the running server; here the generated client
# is compared with it.
client_is_fresh() { in_frontend check:api || { echo "the generated client is stale: cd frontend && npm run gen:api"; return 1; }; }

start_embedded() {
  local port admin
  port=$(free_port)
  PORTS_TAKEN=$port
  admin=$(free_port)
  export MANGXANH_E2E_URL="http://127.0.0.1:$port" MANGXANH_DEMO_PASSWORD=demo-password-for-tests MANGXANH_DEMO_PIN=135790
  MANGXANH_ADDR="127.0.0.1:$port" MANGXANH_ADMIN_ADDR="127.0.0.1:$admin" MANGXANH_DATA_DIR="$work/embedded" \
    MANGXANH_PUBLIC_URL="$MANGXANH_E2E_URL" setsid nohup bin/mangxanh serve --demo >"$work/embedded.log" 2>&1 &
  server=$! server_mark=$(started $!)
  wait_for 60 answers "$MANGXANH_E2E_URL/readyz" || { tail -n 30 "$work/embedded.log"; return 1; }
}

stop_server() {
  [ -n "$server" ] || return 0
  end "$server" "$server_mark" 20 TERM
  server=''
}

browser() {
  (cd frontend/e2e && MANGXANH_CHROMIUM="$(command -v chromium)" CI=1 npx --no-install playwright test --reporter=list "$@")
}

browser_embedded() {
  local status=0
  start_embedded || return 1
  browser || status=1
  [ "$status" = 0 ] || tail -n 30 "$work/embedded.log"
  stop_server
  return "$status"
}

browser_cluster() {
  local status=0
  export MANGXANH_DEMO_PASSWORD=demo-password-for-tests MANGXANH_DEMO_PIN=135790
  "$here/services.sh" cluster --dir "$work/cluster" --demo || return 1
  (
    # shellcheck disable=SC1091
    . "$work/cluster/env"
    export MANGXANH_E2E_URL="$MANGXANH_PUBLIC_URL"
    unset MANGXANH_DATABASE_URL MANGXANH_REDIS_URL MANGXANH_PUBLIC_URL
    browser
  ) || status=1
  [ "$status" = 0 ] || tail -n 20 "$work"/cluster/node-*.log
  "$here/services.sh" stop --dir "$work/cluster" || status=1
  return "$status"
}

all_steps() {
  step "what the tests need is installed" install || return
  step "Go sources are formatted" formatted
  step "pages and program build, within the byte budget" env -u MANGXANH_TEST_LONG "$here/build.sh" || return
  step "go vet" go vet ./...
  step "tools of the pages' tests" page_tools
  step "generated client is fresh" client_is_fresh
  step "pages: types and accessibility" in_frontend check
  step "pages: unit tests" in_frontend test
  step "private Postgres and Redis" start_services || return
  step "go test, embedded and server storage" go_tests
  [ -z "${MANGXANH_TEST_LONG:-}" ] || step "fuzz targets, a minute each" fuzz_all
  [ -n "$quick" ] && return
  step "race detector on what runs concurrently" race_tests
  step "tools of the browser tests" browser_tools || return
  step "browser tests: types" browser_types
  step "browser, embedded" browser_embedded
  step "browser, two nodes behind a proxy" browser_cluster
}

all_steps
printf '\n=== summary\n'
printf '%s\n' "${summary[@]}"
printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
