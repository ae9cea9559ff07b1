# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""The facts, measured again on the kernels themselves, twice: not part of bazel test //..., for it wants an emulator, kernels and minutes.

    bazel test --test_output=streamed //tools/kernel_reference:remeasured_facts_test

What is missing is said, and how to get it (kref check); without it there is nothing to test.
"""

import os
import subprocess
import unittest

KREF = os.path.join(os.path.dirname(os.path.realpath(__file__)), "kref")


def kref(*words):
    done = subprocess.run([KREF, *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


class RemeasuredFacts(unittest.TestCase):
    def found_again(self, version):
        code, said = kref("check", "--kernel=" + version)
        if code == 3:
            self.skipTest(said)
        facts = os.path.join(os.path.dirname(KREF), "facts", "linux_%s.json" % version.replace(".", "_"))
        code, said = kref("steps", "--kernel=" + version, "--facts=" + facts, "--twice")
        self.assertEqual(code, 0, said)

    def test_linux_6_12(self):
        self.found_again("6.12")

    def test_linux_6_16(self):
        self.found_again("6.16")


if __name__ == "__main__":
    unittest.main(verbosity=2)
