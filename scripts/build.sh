#!/usr/bin/env bash
# Builds the pages (when Node is there and their sources changed) and the
# program, into frontend/dist and bin.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repo=$(dirname "$here")
# shellcheck source=scripts/need.sh
. "$here/need.sh"

pages=$repo/frontend
stamp=$repo/.cache/pages.stamp

# pages_hash: one number for everything that the build of the pages reads.
pages_hash() {
  (
    cd "$pages"
    find . \( -name node_modules -o -name dist -o -path ./e2e \) -prune -o -type f ! -name '*.go' -print0 |
      LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
  )
}

build_pages() {
  local hash
  [ -f "$pages/package.json" ] || return 0
  if ! node_is_there; then
    say "Node 20.19 or newer with npm is not installed, so the pages are not built: the program will run and say so on its first page. Get Node from https://nodejs.org and run this again."
    return 0
  fi
  hash=$(pages_hash)
  if [ -f "$pages/dist/index.html" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$hash" ]; then
    return 0
  fi
  say "building the pages"
  (
    cd "$pages"
    if [ ! -f node_modules/.package-lock.json ] || [ node_modules/.package-lock.json -ot package-lock.json ]; then
      # The tools of the tests are not needed here; scripts/test.sh adds them.
      npm ci --omit=dev --no-audit --no-fund --loglevel=error </dev/null >&2 ||
        die "npm could not fetch the tools that build the pages; is this machine online?"
    fi
    npm run --silent build </dev/null >&2 || die "the pages do not build, see above"
  )
  mkdir -p "$repo/.cache"
  printf '%s\n' "$hash" >"$stamp"
}

need_go
build_pages
say "building the program"
cd "$repo"
mkdir -p bin
CGO_ENABLED=0 go build -trimpath -o bin/ ./cmd/... || die "the program does not build, see above"
