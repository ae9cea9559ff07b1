# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""The comparison and the soak: what they say is what was measured, and they run where they may."""

import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import throughput  # noqa: E402
from tunnel import command, obstacle  # noqa: E402

FOLDER = os.path.dirname(os.path.abspath(__file__))
WGSIM = os.path.abspath("tools/wgsim")
OBSTACLE = obstacle()


def call(script, *words):
    return subprocess.run([sys.executable, os.path.join(FOLDER, script), "--wgsim=" + WGSIM, *words], capture_output=True, text=True,
                          timeout=200, check=False)


class ThroughputTest(unittest.TestCase):
    def run_of(self, factor):
        found = {name: {"gbit": factor, "cpu_per_gbit": 2 * factor, "packets": 1000 * factor} for name in throughput.STREAMS}
        return {**found, "ping": {"us": 100 * factor}}

    def test_medians_are_compared_in_the_direction_that_is_better(self):
        text = throughput.table(["live", "other"], {"live": [self.run_of(x) for x in (1, 2, 30)], "other": [self.run_of(4)]})
        self.assertIn("| TCP, 1 flow, Gbit/s | 2.000 | 4.000 | 0.50 |", text)
        self.assertIn("| TCP, 1 flow, CPU, s/Gbit | 4.000 | 8.000 | 2.00 |", text)
        self.assertIn("| UDP, 64 bytes, packets/s | 2000 | 4000 | 0.50 |", text)
        self.assertIn("| ping flood, round trip, us | 200 | 400 | 2.00 |", text)

    def test_programs_are_called_as_they_want_to_be(self):
        self.assertEqual(command("live --no_offload", "/w", "wg0"), ["/w", "live", "--foreground", "--interface=wg0", "--no_offload"])
        self.assertEqual(command("/opt/wireguard-go", "/w", "wg0"), ["/opt/wireguard-go", "-f", "wg0"])


@unittest.skipIf(OBSTACLE, OBSTACLE)
class SoakTest(unittest.TestCase):
    def test_some_seconds_of_it_hold(self):
        done = call("soak.py", "--minutes=0.1", "--far=live")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("changes in 0.1 min", done.stdout)

    def test_a_program_that_is_not_there_leaves_nothing_behind(self):
        done = call("soak.py", "--minutes=0.1", "--far=/nonexistent/wireguard")
        self.assertNotEqual(done.returncode, 0)
        left = subprocess.run(["ip", "netns"], capture_output=True, text=True, check=True).stdout
        self.assertNotIn("wgbench%d" % os.getpid(), left)


if __name__ == "__main__":
    unittest.main()
