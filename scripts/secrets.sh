#!/usr/bin/env bash
# Makes the secret files that docker-compose.yml hands to its services. What is
# already there stays: a second run changes nothing.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repo=$(dirname "$here")
# shellcheck source=scripts/need.sh
. "$here/need.sh"

folder=$repo/.secrets
mkdir -p "$folder"
# The folder keeps other people of this machine out; the files must stay
# readable for the services' own users, who see only the file.
chmod 700 "$folder"

make_once() {
  [ -s "$folder/$1" ] && return 0
  printf '%s' "$2" >"$folder/$1"
  chmod 644 "$folder/$1"
  say "made .secrets/$1"
}

make_once postgres_password "$(word 32)"
make_once pgpass "*:*:*:mangxanh:$(cat "$folder/postgres_password")
"
make_once mangxanh_secret "$(head -c 32 /dev/urandom | base64 | tr -d '\n')
"
