# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""wgsim conform against adapters: the sample is as good as what it wraps, and what goes wrong is said."""

import json
import os
import subprocess
import tempfile
import unittest

WGSIM = os.path.abspath("tools/wgsim")
SAMPLE = os.path.abspath("tools/conform/sample_adapter")
# Hands on what the sample says, and ends at the first datagram.
FRAIL = """
import subprocess, sys
sample = subprocess.Popen([%r], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
for line in sys.stdin:
    if '"datagram"' in line:
        sys.exit(3)
    sample.stdin.write(line)
    sys.stdout.write(sample.stdout.readline())
    sys.stdout.flush()
""" % SAMPLE


def conform(target, *flags):
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "report.json")
        done = subprocess.run([WGSIM, "conform", "--target=" + target, "--json=" + file, *flags], capture_output=True, text=True,
                              timeout=300, check=False)
        if not os.path.exists(file):
            return done, {}
        with open(file, encoding="utf-8") as text:
            assertions = json.load(text)["targets"][0]["assertions"]
        return done, {one["name"]: one for one in assertions}


class AdaptersTest(unittest.TestCase):
    def test_the_sample_gives_the_verdicts_of_what_it_wraps_after_the_same_time(self):
        done, adapted = conform("adapter:" + SAMPLE)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        _, direct = conform("sim/LINUX_6_16")
        self.assertGreater(len(adapted), 200)
        ran = {name: one for name, one in adapted.items() if one["verdict"] != "SKIP"}
        # Only what the text protocol cannot say is left out.
        self.assertLess(len(adapted) - len(ran), 5)
        for name, one in ran.items():
            self.assertEqual({key: one[key] for key in ("verdict", "checks", "took_ns")},
                             {key: direct[name][key] for key in ("verdict", "checks", "took_ns")}, name)

    def test_one_that_ends_has_failed_and_the_datagram_is_shown(self):
        with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
            file.write(FRAIL)
            file.flush()
            done, found = conform("adapter:python3 " + file.name, "--only=NOISE_029*")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertEqual([one["verdict"] for one in found.values()], ["FAIL"])
        self.assertIn("it ended with exit code 3", done.stdout)
        self.assertIn("> target: initiation, 148 bytes", done.stdout)
        # A shell takes the target as one word.
        self.assertIn("again: wgsim conform --target='adapter:python3 ", done.stdout)

    def test_one_that_cannot_says_so(self):
        done, found = conform("adapter:exit 89", "--only=NOISE_029*")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual([one["verdict"] for one in found.values()], ["UNSUPPORTED"])

    def test_one_that_does_not_start_is_said_at_once(self):
        for command, words in (("false", "exit code 1"), ("kill -SEGV $$", "signal 11"), ("echo hello", "hello"),
                               ("exec cat", "Cannot find field")):
            done, found = conform("adapter:" + command)
            self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
            self.assertEqual(found, {})
            self.assertIn(words, done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
