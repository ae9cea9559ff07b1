# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Same scenario, seed and version: same trace hash, in every process and in every build.

Runs each variant of each scenario twice with the first build and once with each other one (g++ -O2, g++ -O0, g++ with
sanitizers, clang) and compares the hash of everything that was done. Where two differ, it says at which act they part:
the checkpoints narrow it down, then both are run again with that window printed.

    determinism_test.py BUILD [BUILD ...]      programs made from //conformance:trace_scenario

Scenarios are cut to LIMIT_MS of virtual time, and those of LARGE are left out: the slow builds could not finish them in a
reasonable time.
"""

import glob
import subprocess
import sys
import unittest

LIMIT_MS = 400
LARGE = ("scenarios/cilium_cluster.textproto", "scenarios/cilium_cluster_100.textproto")
BUILDS = []


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
    def test_every_variant_has_one_hash_in_all_processes_and_builds(self):
        scenarios = sorted(set(glob.glob("scenarios/*.textproto")) - set(LARGE))
        self.assertGreaterEqual(len(scenarios), 3)
        self.assertGreaterEqual(len(BUILDS), 4)
        for scenario in scenarios:
            for variant in run(BUILDS[0], "--list", scenario):
                args = [f"--for={LIMIT_MS}", scenario, variant]
                hashes = {}
                for number, build in enumerate([BUILDS[0], *BUILDS]):
                    hashes[number, build] = run(build, *args)[0]
                reference = hashes[0, BUILDS[0]]
                for (_, build), value in hashes.items():
                    with self.subTest(scenario=scenario, variant=variant, build=build):
                        if value != reference:
                            self.fail(f"{value} instead of {reference}; " + explain(BUILDS[0], build, args))

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
    unittest.main(argv=sys.argv[:1], verbosity=2)
