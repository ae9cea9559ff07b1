# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Every scenario of the tree is a test, comes with the program, and is one that people find.

A scenario that lies where no BUILD file looks for it would be in nobody's way, and nobody's test.
"""

import os
import subprocess
import unittest

ROOT = os.path.dirname(os.path.realpath("WORKSPACE"))
WGSIM = os.path.abspath("tools/wgsim")
# No scenarios of the library: what tests read, and parts of other things.
SKIPPED = ("scenarios/testdata", "scenarios/golden")


def scenarios_of_the_tree():
    found = []
    for folder, folders, files in os.walk(os.path.join(ROOT, "scenarios")):
        name = os.path.relpath(folder, ROOT)
        if name in SKIPPED:
            folders.clear()
            continue
        found += [os.path.join(name, file) for file in files if file.endswith(".textproto")]
    return sorted(found)


class LibraryTest(unittest.TestCase):
    def test_every_scenario_is_a_test(self):
        with open("scenarios/library.txt", encoding="utf-8") as file:
            tested = sorted("scenarios/%s.textproto" % line for line in file.read().split())
        self.assertEqual(tested, scenarios_of_the_tree(), "scenarios/BUILD: wgsim_library_tests")

    def test_every_scenario_comes_with_the_program(self):
        listed = subprocess.run([WGSIM, "list", "scenarios"], capture_output=True, text=True, check=True).stdout
        for path in scenarios_of_the_tree():
            self.assertIn(" " + path[len("scenarios/"):-len(".textproto")] + " ", listed)

    def test_every_scenario_says_what_it_shows(self):
        for path in scenarios_of_the_tree():
            with open(os.path.join(ROOT, path), encoding="utf-8") as file:
                text = file.read()
            self.assertRegex(text, r"(?m)^description:", path)
            self.assertRegex(text, r"(?m)^#", path + ": a comment says what it shows and where it comes from")


if __name__ == "__main__":
    unittest.main()
