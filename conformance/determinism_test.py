# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Same scenario, seed and version: same trace hash, on every machine, in every process and in every build.

Runs each variant of each scenario, with the first build in two processes, and compares the hash of everything that was done with the one
that is recorded in conformance/trace_hashes.txt. Where two builds differ, it says at which act they part: the checkpoints narrow
it down, then both are run again with that window printed.

    determinism_test.py BUILD [BUILD ...]      programs made from //conformance:trace_scenario

Scenarios are cut to LIMIT_MS of virtual time, and those of LARGE are left out: the slow builds could not finish them in a
reasonable time. A change that is meant to alter what is done records the new hashes:

    WGSIM_UPDATE_GOLDEN=1 bazel run --test_sharding_strategy=disabled //conformance:determinism_test
"""

import glob
import os
import pathlib
import subprocess
import sys
import unittest

LIMIT_MS = 400
LARGE = ("scenarios/cilium_cluster.textproto", "scenarios/cilium_cluster_100.textproto")
RECORDED = "conformance/trace_hashes.txt"
BUILDS = []
# Bazel runs the test in so many processes, of which this is one.
SHARD, SHARDS = int(os.environ.get("TEST_SHARD_INDEX", 0)), int(os.environ.get("TEST_TOTAL_SHARDS", 1))


def runs():
    """Every scenario and variant."""
    for scenario in sorted(set(glob.glob("scenarios/*.textproto")) - set(LARGE)):
        for variant in run(BUILDS[0], "--list", scenario):
            yield scenario, variant


def recorded():
    with open(RECORDED, encoding="utf-8") as file:
        lines = [line.split() for line in file if not line.startswith("#")]
    return {(scenario, variant): value for scenario, variant, value in lines}


def record():
    """Writes the hashes of the first build into the checkout."""
    lines = ["%s %s %s" % (*one, run(BUILDS[0], "--for=%d" % LIMIT_MS, *one)[0].split()[-1]) for one in runs()]
    path = pathlib.Path(os.environ["BUILD_WORKSPACE_DIRECTORY"]) / RECORDED
    head = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    path.write_text("\n".join(head + lines) + "\n", encoding="utf-8")


def run(build, *args):
    result = subprocess.run([build, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if result.returncode != 0:
        raise AssertionError(f"{build} {' '.join(args)} ended with {result.returncode}:\n{result.stderr}")
    return result.stdout.splitlines()


def first_difference(one, other):
    """The range of acts [from, to) in which the checkpoints of two runs say that they part."""
    strides = [int(run_[2].split()[1]) for run_ in (one, other)]
    hashes = [dict((i * stride, h) for i, h in enumerate(run_[3:])) for run_, stride in zip((one, other), strides)]
    agreed = 0
    for act in sorted(set(hashes[0]) & set(hashes[1])):
        if hashes[0][act] != hashes[1][act]:
            return agreed, act
        agreed = act
    return agreed, max(int(run_[1].split()[1]) for run_ in (one, other))


def explain(first, second, args):
    """Where and how two runs part, in words."""
    one, other = run(first, *args), run(second, *args)
    begin, end = first_difference(one, other)
    window = f"--window={begin}:{end}"
    lines = [run(build, window, *args) for build in (first, second)]
    for a, b in zip(*lines):
        if a != b:
            return f"they part at act {a.split()[0]}:\n  {first}: {a}\n  {second}: {b}"
    shorter = min(lines, key=len)
    return (f"one run ends where the other goes on, or they differ in what was registered before act {begin}; "
            f"after {begin + len(shorter)} equal acts")


class DeterminismTest(unittest.TestCase):
    def test_every_variant_has_the_recorded_hash_in_all_processes_and_builds(self):
        known = recorded()
        all_runs = list(runs())
        self.assertGreaterEqual(len(all_runs), 100)
        self.assertEqual(set(known), set(all_runs), "WGSIM_UPDATE_GOLDEN=1 records what is new")
        for scenario, variant in all_runs[SHARD::SHARDS]:
            args = ["--for=%d" % LIMIT_MS, scenario, variant]
            for build in [BUILDS[0], *BUILDS]:
                value = run(build, *args)[0].split()[-1]
                with self.subTest(scenario=scenario, variant=variant, build=build):
                    if value != known[scenario, variant]:
                        where = explain(BUILDS[0], build, args) if build != BUILDS[0] else "is that meant?"
                        self.fail(f"{value} instead of {known[scenario, variant]}; " + where)

    @unittest.skipIf(SHARD, "once is enough")
    def test_a_difference_is_found_and_named(self):
        # Two seeds are two runs that differ; where they part must be found.
        scenario = "scenarios/replace_two_addresses.textproto"
        args = [scenario, "replace"]
        one = run(BUILDS[0], *args)
        other = run(BUILDS[0], *args, "flows.stream.start=1us")
        self.assertNotEqual(one[0], other[0])
        begin, end = first_difference(one, other)
        window = f"--window={begin}:{end}"
        a = run(BUILDS[0], window, *args)
        b = run(BUILDS[0], window, *args, "flows.stream.start=1us")
        parted = [i for i, (x, y) in enumerate(zip(a, b)) if x != y]
        self.assertTrue(parted)
        self.assertRegex(a[parted[0]], r"^#\d+ \d+ ")


if __name__ == "__main__":
    BUILDS = sys.argv[1:]
    if os.environ.get("WGSIM_UPDATE_GOLDEN"):
        record()
        sys.exit()
    if "TEST_SHARD_STATUS_FILE" in os.environ:
        pathlib.Path(os.environ["TEST_SHARD_STATUS_FILE"]).touch()
    unittest.main(argv=sys.argv[:1], verbosity=2)
