# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""wgsim run --report, --series and wgsim report, as a user calls them."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

WGSIM = os.path.abspath("tools/wgsim")
RUN = ("run", "replace_two_addresses", "--crypto=modelled", "--quiet")


class Command(unittest.TestCase):

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def wgsim(self, *words, **environment):
        # A folder of its own for temporary files: what is left behind is seen.
        self.temporary = os.path.join(self.folder, "temporary")
        os.makedirs(self.temporary, exist_ok=True)
        return subprocess.run([WGSIM, *words], cwd=self.folder, capture_output=True, text=True, check=False,
                              env={**os.environ, "TMPDIR": self.temporary, **environment})

    def read(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            return file.read()

    def test_run_writes_one_page_and_leaves_nothing_behind(self):
        done = self.wgsim(*RUN, "--report=page.html")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        page = self.read("page.html")
        self.assertLess(len(page), 3_000_000)
        self.assertIn("wgsim report</title>", page)
        self.assertIn("wgsim run scenarios/replace_two_addresses.textproto --seed=1 --crypto=modelled", page)
        self.assertEqual(os.listdir(self.temporary), [])

    def test_figures_are_the_same_with_and_without_series(self):
        self.wgsim(*RUN, "--json=without.json")
        self.wgsim(*RUN, "--json=with.json", "--series")
        without, with_series = json.loads(self.read("without.json")), json.loads(self.read("with.json"))
        for result in (without, with_series):
            result.pop("wall_seconds")
        for variant in with_series["variants"]:
            self.assertEqual(len(variant["series"]), 1)
            variant["series"] = []
        self.assertEqual(with_series, without)

    def test_equal_runs_give_equal_series(self):
        self.wgsim(*RUN, "--json=one.json", "--series")
        self.wgsim(*RUN, "--json=two.json", "--series")
        self.assertEqual(json.loads(self.read("one.json"))["variants"], json.loads(self.read("two.json"))["variants"])

    def test_results_beside_each_other(self):
        self.wgsim(*RUN, "--json=one.json", "--series")
        self.wgsim(*RUN, "--json=two.json", "--seed=2")
        done = self.wgsim("report", "one.json", "two.json", "--output=both.html")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "both.html\n", ""))
        page = self.read("both.html")
        self.assertIn("seed 1: ", page)
        self.assertIn("seed 2: ", page)

    def test_the_page_goes_beside_the_result(self):
        self.wgsim(*RUN, "--json=one.json")
        done = self.wgsim("report", "one.json")
        self.assertEqual((done.returncode, done.stdout), (0, "one.html\n"))
        self.assertIn("does not say how the run went over time", self.read("one.html"))

    def test_against_a_baseline_and_against_another_result(self):
        self.wgsim(*RUN, "--json=one.json", "--write_baseline=base.json")
        self.wgsim(*RUN, "--json=two.json", "--seed=2", "--set=duration=500ms")
        for baseline in ("base.json", "one.json"):
            done = self.wgsim("report", "two.json", "--baseline=" + baseline, "--output=page.html")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("Against the baseline " + baseline, self.read("page.html"))

    def test_wrong_input_is_said_and_nothing_is_written(self):
        with open(os.path.join(self.folder, "no.json"), "w", encoding="utf-8") as file:
            file.write("{}")
        self.wgsim(*RUN, "--json=one.json")
        for words, says in (((), "which result?"), (("gone.json",), "gone.json"), (("no.json",), "without variants"),
                            (("one.json", "--baseline=gone.json"), "--baseline: gone.json"),
                            (("one.json", "--baseline=no.json"), "no.json"),
                            (("one.json", "one.json", "--baseline=one.json"), "one result at a time"),
                            (("one.json", "--output=gone/page.html"), "--output: gone/page.html")):
            done = self.wgsim("report", *words)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(says, done.stderr)
        done = self.wgsim(*RUN, "--report=gone/page.html")
        self.assertEqual(done.returncode, 2)
        self.assertEqual([name for name in os.listdir(self.folder) if name.endswith(".html")], [])

    def test_without_python_it_says_what_to_install_before_anything_runs(self):
        done = self.wgsim(*RUN, "--report=page.html", "--json=one.json", PATH=self.folder)
        self.assertEqual(done.returncode, 3)
        self.assertIn("apt-get install python3 python3-jinja2 node-d3", done.stderr)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "one.json")))

    def test_without_the_packages_it_names_them(self):
        # A python3 that has no packages of Debian's.
        with open(os.path.join(self.folder, "python3"), "w", encoding="utf-8") as file:
            file.write('#!/bin/sh\nexec /usr/bin/python3 -S "$@"\n')
        os.chmod(os.path.join(self.folder, "python3"), 0o755)
        done = self.wgsim(*RUN, "--report=page.html", PATH=self.folder + ":/usr/bin:/bin")
        self.assertEqual(done.returncode, 3)
        self.assertIn("apt-get install python3-jinja2", done.stderr)


if __name__ == "__main__":
    unittest.main()
