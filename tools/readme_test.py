# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""The table in the README is what the first command prints: readme_test.py WGSIM README SCENARIO.

Ciphers are modelled to save time; that changes no figure. The lines that say so, and that tell the wall time, are
left out, but not the trace hash.
"""

import re
import subprocess
import sys
import unittest

WGSIM, README, SCENARIO = "", "", ""


def figures(text):
    lines = [line.rstrip() for line in text.strip().splitlines()]
    lines[0] = re.sub(r", (real|modelled) cryptography$", "", lines[0])
    lines[-1] = re.sub(r"  .*$", "", lines[-1])  # "trace HASH  3 x 60 s ... in N s"
    return lines


class ReadmeTest(unittest.TestCase):
    def test_the_readme_shows_what_the_command_prints(self):
        with open(README, encoding="utf-8") as file:
            shown = re.search(r"^```\n(cilium_churn, .*?)^```", file.read(), re.M | re.S)
        self.assertIsNotNone(shown, "the README has no table")
        run = subprocess.run([WGSIM, "run", SCENARIO, "--crypto=modelled"], stdout=subprocess.PIPE, text=True,
                             check=True)
        self.assertEqual(figures(shown[1]), figures(run.stdout),
                         "put the output of `tools/wgsim run scenarios/cilium_churn.textproto` into README.md")


if __name__ == "__main__":
    WGSIM, README, SCENARIO = sys.argv[1:4]
    unittest.main(argv=sys.argv[:1], verbosity=2)
