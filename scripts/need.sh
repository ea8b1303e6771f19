# What the scripts of this folder share: saying things, finding programs and,
# where the machine lets us, installing them. Sourced, never run.
# shellcheck shell=bash

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

as_root() { [ "$(id -u)" = 0 ]; }

# need PROGRAM PACKAGE WHAT-FOR: finds a program, installs its Debian package
# when we are root and apt-get is there, and otherwise says what to do.
need() {
  local program=$1 package=$2 purpose=$3
  command -v "$program" >/dev/null 2>&1 && return 0
  if as_root && command -v apt-get >/dev/null 2>&1; then
    say "installing $package ($purpose)"
    apt_install "$package" || die "apt-get could not install $package, which is needed $purpose; install it by hand and run this again."
    hash -r
  fi
  command -v "$program" >/dev/null 2>&1 ||
    die "$program is not installed and is needed $purpose; on Debian or Ubuntu: sudo apt-get install $package"
}

# apt_install PACKAGE...: installs without questions and without letting the
# packages start services of their own on the machine.
apt_install() {
  local policy=/usr/sbin/policy-rc.d made='' status=0
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy" && made=yes
  fi
  if [ -z "${APT_UPDATED:-}" ]; then
    apt-get update -qq >&2 || true
    APT_UPDATED=yes
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >&2 || status=$?
  [ -z "$made" ] || rm -f "$policy"
  return "$status"
}

# need_go: Go in the version that go.mod names, or a newer one.
need_go() {
  local want have
  want=$(awk '$1 == "go" {print $2; exit}' "$repo/go.mod")
  command -v go >/dev/null 2>&1 ||
    die "Go is not installed. Get Go $want or newer from https://go.dev/dl/ (unpack it to /usr/local and add /usr/local/go/bin to PATH), then run this again."
  have=$(cd "$repo" && GOTOOLCHAIN=local go env GOVERSION 2>/dev/null) && have=${have#go}
  newer_or_same "${have:-0}" "$want" ||
    die "Go ${have:-of unknown version} is too old: this needs Go $want or newer, from https://go.dev/dl/"
}

# node_is_there: Node 20.19 or newer with npm. Says nothing when it is not.
node_is_there() {
  local have
  command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || return 1
  have=$(node --version) && newer_or_same "${have#v}" 20.19.0
}

# newer_or_same A B: version A is B or newer.
newer_or_same() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# free_port: a port of this machine that nobody answers on. Another program
# may take it before we do, so whoever starts a server must check that it runs.
free_port() {
  local port try
  for try in $(seq 1 200); do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    case " ${PORTS_TAKEN:-} " in *" $port "*) continue ;; esac
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      printf '%s\n' "$port"
      return 0
    fi
  done
  die "found no free port on 127.0.0.1 after $try tries"
}

# word LENGTH: random letters and digits, for passwords.
word() {
  local text
  text=$(head -c 512 /dev/urandom | LC_ALL=C tr -dc 'a-z0-9')
  printf '%s' "${text:0:$1}"
}

# answers URL: the address answers with a success.
answers() { curl -fsS -o /dev/null --max-time 2 "$1" 2>/dev/null; }

# wait_for SECONDS COMMAND...: tries until the command succeeds.
wait_for() {
  local limit=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$limit" ] || return 1
    sleep 0.1
  done
}

# started PID: a mark of this very process, so that a number that the system
# has given to another process meanwhile is never signalled.
started() {
  if [ -r "/proc/$1/stat" ]; then
    sed 's/.*) //' "/proc/$1/stat" | cut -d' ' -f20
  else
    ps -o lstart= -p "$1" 2>/dev/null | tr ' ' '_'
  fi
}

# record FILE NAME PID: remembers a process that we started.
record() { printf '%s %s %s\n' "$2" "$3" "$(started "$3")" >>"$1"; }

# alive PID MARK: the recorded process still runs.
alive() { [ -n "$2" ] && [ "$(started "$1" 2>/dev/null)" = "$2" ]; }

# end PID MARK SECONDS SIGNAL: asks a recorded process to end, waits, insists.
end() {
  local pid=$1 mark=$2 patience=$3 signal=$4
  alive "$pid" "$mark" || return 0
  kill "-$signal" "$pid" 2>/dev/null || true
  gone() { ! alive "$pid" "$mark"; }
  wait_for "$patience" gone && return 0
  kill -KILL "$pid" 2>/dev/null || true
  wait_for 5 gone
}
