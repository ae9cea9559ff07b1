# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""What a wgsim_scenario_test does with seeds, shards, baselines and failures."""

import json
import os
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

SCENARIO = "scenarios/replace_two_addresses.textproto"
SCRIPT = """
wgsim=tools/wgsim scenario=%s baseline=%s seeds=(%s)
flags=(--crypto=modelled --set=duration=100ms --set=actions[*].times=20 %s)
. tools/scenario_test.sh
"""


class ScenarioTestTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def run_it(self, seeds="''", flags="", baseline="''", scenario=SCENARIO, **environment):
        environment = dict({key: value for key, value in os.environ.items() if not key.startswith("TEST_")},
                           TEST_UNDECLARED_OUTPUTS_DIR=self.folder, XML_OUTPUT_FILE=self.path("test.xml"), **environment)
        done = subprocess.run(["bash", "-c", SCRIPT % (scenario, baseline, seeds, flags)], env=environment, text=True,
                              capture_output=True, timeout=300, check=False)
        suites = xml.etree.ElementTree.parse(self.path("test.xml")).getroot()
        return done.returncode, done.stdout, suites.findall("testsuite")

    def test_without_seeds_the_scenarios_own_runs(self):
        code, out, suites = self.run_it()
        self.assertEqual(code, 0, out)
        self.assertEqual([suite.get("name") for suite in suites], ["replace_two_addresses.seed1"])
        self.assertIn("replace_two_addresses: exit code 0", out)
        with open(self.path("replace_two_addresses.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["scenario"], "replace_two_addresses")

    def test_every_seed_runs_in_exactly_one_shard(self):
        names = []
        for shard in range(2):
            status = self.path("status%d" % shard)
            code, out, suites = self.run_it("1 2 3", TEST_TOTAL_SHARDS="2", TEST_SHARD_INDEX=str(shard),
                                            TEST_SHARD_STATUS_FILE=status)
            self.assertEqual(code, 0, out)
            self.assertTrue(os.path.exists(status))
            names.append([suite.get("name")[-1] for suite in suites])
        self.assertEqual(names, [["1", "3"], ["2"]])

    def test_the_baseline_is_the_first_seeds(self):
        baseline = self.path("baseline.json")
        code, out, _ = self.run_it("4", "--write_baseline=" + baseline)
        self.assertEqual(code, 0, out)
        code, out, suites = self.run_it("4 5", baseline=baseline)
        self.assertEqual(code, 0, out)
        self.assertEqual(out.count("baseline held"), 1)
        code, out, suites = self.run_it("5 4", baseline=baseline, flags="--set=links[0].delay=70us")
        self.assertEqual(code, 1, out)
        self.assertIn("baseline did not hold", out)
        self.assertEqual([int(suite.get("failures")) > 0 for suite in suites], [True, False])

    def test_the_baseline_is_renewed_in_the_workspace(self):
        code, out, _ = self.run_it("4 5", baseline="mine.json", WGSIM_UPDATE_GOLDEN="1", BUILD_WORKSPACE_DIRECTORY=self.folder)
        self.assertEqual(code, 0, out)
        with open(self.path("mine.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["seed"], 4)

    def test_what_cannot_run_is_an_error_with_its_text(self):
        wrong = self.path("wrong.textproto")
        with open(wrong, "w", encoding="utf-8") as file:
            file.write('name: "1 & <s"\n')
        code, out, suites = self.run_it("1 2", scenario=wrong)
        self.assertEqual(code, 2, out)
        self.assertEqual([suite.get("errors") for suite in suites], ["1", "1"])
        self.assertIn("1 & <s", suites[0].find("testcase/error").text)


if __name__ == "__main__":
    unittest.main()
