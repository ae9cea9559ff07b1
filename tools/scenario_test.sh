# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#
# What a wgsim_scenario_test runs, after setting
#
#   wgsim, scenario, baseline  files, from the folder in which tests run; baseline may be empty
#   seeds                      of all runs; "" is the scenario's own
#   flags                      of each run
#
# `WGSIM_UPDATE_GOLDEN=1 bazel run TEST` renews the baseline in the workspace instead of comparing with it.
#
# Follows Bazel's protocol of tests: of `seeds` every TEST_TOTAL_SHARDS-th runs, beginning with TEST_SHARD_INDEX; the JUnit suites
# of all runs go into XML_OUTPUT_FILE, results into TEST_UNDECLARED_OUTPUTS_DIR. Works without Bazel, too.

set -u
[ -z "${TEST_SHARD_STATUS_FILE-}" ] || touch "$TEST_SHARD_STATUS_FILE"
readonly kOutputs=${TEST_UNDECLARED_OUTPUTS_DIR:-$(mktemp -d)}
readonly kSuites=$(mktemp)
stem=$(basename "$scenario" .textproto)
worst=0

# An exit code without a JUnit file: bad input, a crash.
error_suite() {
  local name=$1 status=$2 text
  text=$(tail -c 4000 "$3" | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g' | tr -d '\000-\010\013-\037')
  printf '  <testsuite name="%s" tests="1" failures="0" errors="1">\n    <testcase classname="%s" name="runs">\n' "$name" "$name"
  printf '      <error message="exit code %d">%s</error>\n    </testcase>\n  </testsuite>\n' "$status" "$text"
}

for ((i = ${TEST_SHARD_INDEX:-0}; i < ${#seeds[@]}; i += ${TEST_TOTAL_SHARDS:-1})); do
  seed=${seeds[i]}
  name=$stem${seed:+.seed$seed}
  run=("$wgsim" run "$scenario" "${flags[@]}" ${seed:+"--seed=$seed"})
  # A baseline is of one seed: of the first.
  if [ -n "$baseline" ] && [ "$i" = 0 ]; then
    if [ "${WGSIM_UPDATE_GOLDEN-}" = 1 ]; then
      run+=("--write_baseline=${BUILD_WORKSPACE_DIRECTORY:?is set by bazel run}/$baseline")
    else
      run+=("--baseline=$baseline")
    fi
  fi
  began=$SECONDS status=0
  "${run[@]}" "--json=$kOutputs/$name.json" "--junit=$kOutputs/$name.xml" >"$kOutputs/$name.log" 2>&1 || status=$?
  cat "$kOutputs/$name.log"
  printf '%s: exit code %d after %d s\n' "$name" "$status" $((SECONDS - began))
  # A page that shows when and why: the run again, since what goes over time is kept only for this. Where no pages can be
  # made there is none.
  if [ "$status" = 1 ]; then
    "${run[@]}" --quiet "--report=$kOutputs/$name.html" >/dev/null 2>&1
    [ ! -f "$kOutputs/$name.html" ] || printf '%s: a page about it: %s.html in test.outputs\n' "$name" "$name"
  fi
  if [ -f "$kOutputs/$name.xml" ]; then
    sed '1,2d;$d' "$kOutputs/$name.xml" >>"$kSuites"
  else
    error_suite "$name" "$status" "$kOutputs/$name.log" >>"$kSuites"
  fi
  if [ "$status" -gt "$worst" ]; then worst=$status; fi
done

if [ -n "${XML_OUTPUT_FILE-}" ]; then
  { printf '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="wgsim">\n' && cat "$kSuites" && printf '</testsuites>\n'; } \
    >"$XML_OUTPUT_FILE"
fi
rm -f "$kSuites"
exit "$worst"
