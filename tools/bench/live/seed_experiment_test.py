# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""The seed experiment: its table says what was counted, wrong arguments are said, and it runs where it may."""

import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import seed_experiment  # noqa: E402

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "seed_experiment.py")
WGSIM = os.path.abspath("tools/wgsim")
PRICES = {"request_ns": 40000, "address_ns": 2000}
OBSTACLE = seed_experiment.obstacle()


def call(*words):
    return subprocess.run([sys.executable, SCRIPT, "--wgsim=" + WGSIM, *words], capture_output=True, text=True, timeout=200, check=False)


class TableTest(unittest.TestCase):
    def row(self, lost, refused, predicted, otherwise=0):
        measured = {"rewrites": 10, "sent": 1000, "refused": refused, "lost": lost, "request_us": 50.0, "rate": 100}
        return {"program": "live", "method": "REPLACE", "size": 2, "measured": measured, "predicted": {"refused": 0, "lost": predicted},
                "otherwise": otherwise, "prices": PRICES}

    def test_it_is_per_rewrite_and_less_what_is_lost_anyway(self):
        text = seed_experiment.table([self.row(lost=25, refused=10, predicted=1.5, otherwise=5)])
        self.assertIn("| live | REPLACE | 2 | 10 | 50 us | 1.000 | 2.000 | 1.500 | 2.00 |", text)
        self.assertIn("Lost without rewriting, in the time of one measurement: live 5.", text)
        self.assertIn("for each address: live 40000 and 2000.", text)

    def test_zero_is_compared_with_zero(self):
        self.assertIn("| both 0 |", seed_experiment.table([self.row(lost=3, refused=0, predicted=0, otherwise=3)]))
        self.assertIn("| – |", seed_experiment.table([self.row(lost=3, refused=0, predicted=0)]))

    def test_a_method_that_is_not_known_is_said(self):
        self.assertIn("not known to it", seed_experiment.table([{**self.row(0, 0, 0), "measured": None}]))


class ScriptTest(unittest.TestCase):
    def test_wrong_lengths_are_said(self):
        done = call("--sizes=2,x")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--sizes=2,x", done.stderr)

    def test_the_prediction_knows_that_a_replaced_list_loses_packets_and_a_removed_address_does_not(self):
        lost = seed_experiment.predict("wireguard-go", WGSIM, 110, "REPLACE", 5000, PRICES)
        # 110 addresses of 2 us are without an owner for 220 us, in which 1.1 packets come.
        self.assertAlmostEqual(lost["lost"] + lost["refused"], 1.1, delta=0.3)
        self.assertEqual(seed_experiment.predict("live", WGSIM, 110, "REMOVE", 5000, PRICES), {"refused": 0, "lost": 0})
        self.assertEqual(seed_experiment.predict("live", WGSIM, 110, "REPLACE", 5000, PRICES), {"refused": 0, "lost": 0})

    @unittest.skipIf(OBSTACLE, OBSTACLE)
    def test_it_measures(self):
        done = call("--program=live", "--sizes=2", "--seconds=2", "--rate=500")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("| live | REPLACE | 2 |", done.stdout)
        self.assertIn("| live | REMOVE | 2 |", done.stdout)


if __name__ == "__main__":
    unittest.main()
