#!/usr/bin/env bash
# From a fresh machine to the running product with demo data: builds the pages
# and the program where they are not built yet, and serves on
# http://127.0.0.1:8080. Data lies in the folder data. Ctrl-C ends it.
#
# Settings are those of the program: MANGXANH_ADDR=0.0.0.0:80 scripts/run.sh
# What follows on the command line is handed to `mangxanh serve`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repo=$(dirname "$here")
# shellcheck source=scripts/need.sh
. "$here/need.sh"

need_go
"$here/build.sh"

cd "$repo"
say "starting Mạng Xanh with demo data (Ctrl-C ends it)"
# exec: the program itself gets the terminal's Ctrl-C and ends cleanly.
exec "$repo/bin/mangxanh" serve --demo "$@"
