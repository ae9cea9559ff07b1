#!/bin/bash
# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#
# tools/launcher.sh on machines that lack things: dpkg-query, apt-get, sudo, id and bazel are fakes, each a line of shell.

set -u
source_folder=$PWD/tools
failures=0

# machine: an empty one; `installed` is the file with the packages that it has, `calls` what was called on it.
machine() {
  machine=$(mktemp -d -p "${TEST_TMPDIR:-/tmp}")
  mkdir -p "$machine/bin" "$machine/root/tools"
  : >"$machine/installed" >"$machine/calls"
  cat >"$machine/root/tools/packages.txt" <<'END'
# a comment

liba-dev  run   what for
libb-dev  run
clang     test
END
  local tool
  for tool in bash awk sort comm paste mktemp cat rm env getent; do ln -s "$(command -v "$tool")" "$machine/bin/"; done
  fake dpkg-query 'sed "s/^/installed /" '"$machine/installed"
  fake apt-get 'echo "apt-get $*" >>'"$machine/calls"'; case $* in *install*) printf "%s\n" "$@" | grep -v -e -dev$ -e ^-; printf "%s\n" "$@" | grep -e -dev$ -e clang >>'"$machine/installed"'; esac'
  fake id 'echo 0'
  fake bazel ':'
  ln -s "$(command -v sed)" "$(command -v grep)" "$machine/bin/"
}

fake() {
  printf '#!/bin/bash\n%s\n' "$2" >"$machine/bin/$1"
  chmod +x "$machine/bin/$1"
}

# install run|test: prints what install_packages says; its exit code is in `status`.
install() {
  said=$(PATH=$machine/bin bash -c '
    self=tools/x root=$1
    . "$2/launcher.sh"
    install_packages "$3"' - "$machine/root" "$source_folder" "$1" 2>&1 </dev/null)
  status=$?
}

expect() {
  local what=$1
  shift
  "$@" && return
  echo "FAILED: $what"
  echo "  exit code $status, said: $said"
  echo "  calls: $(cat "$machine/calls")"
  failures=$((failures + 1))
}

says() { [[ $said == *"$1"* ]]; }
called() { grep -q -- "$1" "$machine/calls"; }

machine
printf '%s\n' liba-dev libb-dev >"$machine/installed"
install run
expect "with everything there it says nothing" test -z "$said"
expect "and calls nothing" test ! -s "$machine/calls"

machine
echo liba-dev >"$machine/installed"
install run
expect "it names what is missing" says "missing Debian packages: libb-dev"
expect "it installs that and no more" called "install --no-install-recommends libb-dev\$"
expect "it does not update lists that are good" test "$(grep -c update "$machine/calls")" = 0
expect "it succeeds" test "$status" = 0

machine
install test
expect "the tests need more" says "missing Debian packages: clang liba-dev libb-dev"

machine
fake apt-get 'echo "apt-get $*" >>'"$machine/calls"'; case $* in *update*) touch '"$machine/updated"'; exit 0; esac
[ -e '"$machine/updated"' ] || exit 100
printf "liba-dev\nlibb-dev\n" >>'"$machine/installed"
ln -s "$(command -v touch)" "$machine/bin/"
install run
expect "old lists are updated" called update
expect "and the packages installed then" test "$status" = 0

machine
fake apt-get 'echo "E: Unable to locate package libb-dev"; exit 100'
install run
expect "an apt-get that fails is exit code 3" test "$status" = 3
expect "with its own words" says "Unable to locate package libb-dev"

machine
fake id 'echo 1000'
install run
expect "neither root nor sudo is exit code 3" test "$status" = 3
expect "and says who must do what" says "must run: apt-get install liba-dev libb-dev"

machine
fake id 'echo 1000'
fake sudo 'echo "sudo $*" >>'"$machine/calls"'; while [[ $1 == -* ]]; do shift; done; exec "$@"'
install run
expect "sudo is used by who is not root" called "sudo --non-interactive"
expect "and that is enough" test "$status" = 0

machine
rm "$machine/bin/apt-get"
install run
expect "a system that is not Debian is exit code 3" test "$status" = 3
expect "and is told the packages" says "liba-dev libb-dev"

echo "$failures failures"
[ "$failures" = 0 ]
