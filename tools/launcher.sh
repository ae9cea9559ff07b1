# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#
# What tools/wgsim, tools/test and .ci/run have in common: the Debian packages and the call of Bazel. To be sourced by
# bash, after setting
#
#   root  the checkout
#   self  the command's name, for messages
#
# Everything said here goes to stderr: stdout belongs to the program that is run.

readonly kEnvironmentLacks=3 # exit code: the environment lacks something, or the build failed
readonly kPackageDatabase=${WGSIM_PACKAGE_DATABASE:-/var/lib/dpkg/status}

# Whether sudo may ask for a password. Asked once, before anything is redirected.
if [ -t 0 ] && [ -t 2 ]; then readonly kSudoFlags=; else readonly kSudoFlags=--non-interactive; fi

say() { printf '%s: %s\n' "$self" "$*" >&2; }

die() {
  say "$@"
  exit "$kEnvironmentLacks"
}

# packages_for run|test: the packages of tools/packages.txt that the tool, or the tool and its tests need.
packages_for() {
  awk -v level="$1" '/^[^#]/ && NF && ($2 == "run" || $2 == level) { print $1 }' "$root/tools/packages.txt"
}

# missing_packages run|test: those of them that are not installed.
missing_packages() {
  local wanted
  wanted=$(packages_for "$1")
  # An unknown package is one line on stderr and no line here; then it is missing.
  comm -23 <(sort <<<"$wanted") \
    <(dpkg-query --show --showformat '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null |
      awk '$1 == "installed" { print $2 }' | sort)
}

# as_root COMMAND...: as ourselves when we are root, else through sudo, which asks for a password only on a terminal.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo $kSudoFlags "$@"
  fi
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get --quiet --yes -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@" </dev/null
}

# quietly COMMAND...: runs it; its output is shown only when it fails.
quietly() {
  local log status=0
  log=$(mktemp) || die "no temporary file can be made"
  "$@" >"$log" 2>&1 || status=$?
  [ "$status" = 0 ] || cat "$log" >&2
  rm -f "$log"
  return "$status"
}

# install_packages run|test: says what is missing, installs it; silent when nothing is.
install_packages() {
  command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
    die "this needs Debian 12 (no dpkg-query and apt-get here). The packages: $(packages_for "$1" | paste -s -d ' ')"
  local missing
  missing=$(missing_packages "$1" | paste -s -d ' ')
  [ -n "$missing" ] || return 0
  say "missing Debian packages: $missing"
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    die "neither root nor sudo here; somebody who may must run: apt-get install $missing"
  fi
  say "installing them (this may take some minutes)"
  # A machine that has never run it, or long ago, needs the update first; the others need not wait for it.
  if ! apt_get install --no-install-recommends $missing >/dev/null 2>&1; then
    quietly apt_get update || say "apt-get update failed"
    quietly apt_get install --no-install-recommends $missing ||
      die "the packages could not be installed: apt-get install $missing"
  fi
  missing=$(missing_packages "$1" | paste -s -d ' ')
  [ -z "$missing" ] || die "still missing after apt-get install: $missing"
  # Bazel looks for compilers and libraries once; it may have done so before these came.
  run_bazel sync --configure >/dev/null 2>&1 || true
}

# run_bazel ARGS...: Bazel on this checkout, without stdin and with the environment that it insists on.
run_bazel() (
  cd "$root" || exit
  export HOME="${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}" USER="${USER:-$(id -un)}"
  exec bazel "$@" </dev/null
)
