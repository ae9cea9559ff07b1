# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Each patch applies to the code as it is and names its bug, and docs/BUGS.md tells of all of them and of tests that there are."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from conformance.bugs import make_page

ROOT = os.path.dirname(os.path.realpath("WORKSPACE"))


class Bugs(unittest.TestCase):
    def setUp(self):
        here = os.getcwd()
        os.chdir(ROOT)
        self.addCleanup(os.chdir, here)
        with open(make_page.CAUGHT, encoding="utf-8") as text:
            self.caught = json.load(text)

    def test_each_patch_changes_the_code_as_it_is(self):
        for patch in make_page.patches():
            with self.subTest(patch), tempfile.TemporaryDirectory() as tree:
                with open(patch, encoding="utf-8") as text:
                    files = re.findall(r"^\+\+\+ b/(\S+)$", text.read(), re.M)
                self.assertTrue(files)
                for file in files:
                    os.makedirs(os.path.join(tree, os.path.dirname(file)), exist_ok=True)
                    shutil.copy(file, os.path.join(tree, file))
                done = subprocess.run(["patch", "-p1", "-F0", "-i", os.path.abspath(patch)], cwd=tree, capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 0, done.stdout)

    def test_each_says_what_it_is_and_where_it_happened(self):
        for patch in make_page.patches():
            fields = make_page.header(patch)
            self.assertEqual(set(fields), {"Bug", "Where", "What"}, patch)
            self.assertEqual(int(fields["Bug"]), int(os.path.basename(patch)[:3]), patch)

    def test_forty_are_caught_by_tests_that_there_are(self):
        names = {os.path.basename(patch) for patch in make_page.patches()}
        self.assertLessEqual(set(self.caught), names)
        self.assertGreaterEqual(len(self.caught), 40)
        sources = subprocess.run(["grep", "-rhoE", r"\b(TEST|TEST_F|TEST_P|TYPED_TEST)\(\w+,\s*\w+", "protocol", "conformance", "--include=*_test.cc"],
                                 capture_output=True, text=True, check=True).stdout
        tests = set(re.findall(r"\((\w+),", sources))
        for patch, by in self.caught.items():
            if not by.startswith("("):
                suite = by.split(".")[0].split("/")
                self.assertTrue(set(suite) & tests, "%s: %s" % (patch, by))

    def test_the_page_says_the_same(self):
        with open(make_page.PAGE, encoding="utf-8") as text:
            self.assertEqual(text.read(), make_page.make(self.caught), "run conformance/bugs/make_page.py")


if __name__ == "__main__":
    unittest.main()
