# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""wgsim run as a gate of CI: --baseline, --write_baseline, --junit, --strict, as their users see them."""

import json
import os
import re
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

WGSIM = os.path.abspath("tools/wgsim")
SMALLEST = "scenarios/replace_two_addresses.textproto"
SHORT = [("duration: \"1100ms\"", "duration: \"200ms\""), ("times: 500", "times: 70")]
PRICES = 'name: "mine"\nbase: "linux_6_12"\nprices { name: "remove_allowed_ip" fixed_ns: %d per_unit_ps: 0 unit: "trie node" source: "a test" }\n'


class GateTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        with open(SMALLEST, encoding="utf-8") as file:
            text = file.read()
        for old, new in SHORT:
            self.assertIn(old, text)
            text = text.replace(old, new)
        self.text = text
        self.scenario = self.write("replace_two_addresses.textproto", text)
        self.baseline = self.path("baseline.json")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def run_it(self, *flags, scenario=None):
        done = subprocess.run([WGSIM, "run", scenario or self.scenario, "--crypto=modelled", *flags], capture_output=True,
                              text=True, timeout=300, check=False)
        return done.returncode, done.stdout, done.stderr

    def make_baseline(self):
        code, out, err = self.run_it("--quiet", "--write_baseline=" + self.baseline)
        self.assertEqual((code, out, err), (0, "", ""))
        with open(self.baseline, encoding="utf-8") as file:
            return json.load(file)

    def edit(self, change):
        baseline = self.make_baseline()
        change(baseline, {variant["name"]: variant for variant in baseline["variants"]})
        with open(self.baseline, "w", encoding="utf-8") as file:
            json.dump(baseline, file)

    def test_the_same_run_holds_and_a_renewed_baseline_is_the_same_file(self):
        self.make_baseline()
        with open(self.baseline, encoding="utf-8") as file:
            first = file.read()
        self.assertNotIn("wall", first)
        self.assertLess(len(first), 10000)
        self.assertLess(max(map(len, first.splitlines())), 80)
        code, out, err = self.run_it("--baseline=" + self.baseline)
        self.assertEqual((code, err), (0, ""))
        self.assertIn("baseline held: every figure and the trace hash are the same", out)
        code, out, err = self.run_it("--quiet", "--baseline=" + self.baseline, "--write_baseline=" + self.baseline)
        self.assertEqual((code, out, err), (0, "", ""))
        with open(self.baseline, encoding="utf-8") as file:
            self.assertEqual(first, file.read())

    def test_a_price_10_percent_higher_is_noticed(self):
        scenario = self.write("replace_two_addresses.textproto", self.text.replace('"linux_6_12"', '"mine.textproto"'))
        self.write("mine.textproto", PRICES % 1000)
        self.make_baseline()
        self.write("mine.textproto", PRICES % 1100)
        code, out, err = self.run_it("--quiet", "--baseline=" + self.baseline, scenario=scenario)
        self.assertEqual((code, out), (1, ""))
        self.assertIn("baseline did not hold", err)
        self.assertIn("comes from wgsim itself or from its prices", err)
        self.assertRegex(err, r"worse +bystanders.exposure_us.max .*\n +how long a change left an address without its owner")

    def test_remove_me_turned_into_replace_is_noticed(self):
        self.make_baseline()
        self.write("replace_two_addresses.textproto", self.text.replace("method: REMOVE_ME", "method: REPLACE"))
        code, _, err = self.run_it("--quiet", "--baseline=" + self.baseline)
        self.assertEqual(code, 1)
        self.assertIn("since the scenario's text has changed", err)
        self.assertRegex(err, r"remove_me: .*\n +changed +method +REMOVE_ME -> REPLACE\n")
        self.assertRegex(err, r"worse +bystanders.refused +0 -> \d+\n +packets whose send call failed")
        self.assertNotIn("dummy_peer:", err)

    def test_one_dropped_packet_more_is_noticed(self):
        def one_less(_, variants):
            variants["replace"]["figures"]["bystanders.refused"] -= 1

        self.edit(one_less)
        code, _, err = self.run_it("--quiet", "--baseline=" + self.baseline)
        self.assertEqual(code, 1)
        self.assertRegex(err, r"replace: 1 worse\n +worse +bystanders.refused +\d+ -> \d+, \+")

    def test_a_changed_hash_is_noticed(self):
        def other(baseline, variants):
            baseline["trace_hash"] = variants["replace"]["trace_hash"] = "0123456789abcdef"

        self.edit(other)
        code, _, err = self.run_it("--quiet", "--baseline=" + self.baseline)
        self.assertEqual(code, 1)
        self.assertRegex(err, r"replace: 1 changed\n +changed +trace_hash +0123456789abcdef -> [0-9a-f]{16}\n")

    def test_the_commands_that_are_named_run_it_again_and_renew_it(self):
        self.edit(lambda baseline, _: baseline.update(trace_hash="0123456789abcdef", tolerance_percent=12.5))
        code, _, err = self.run_it("--quiet", "--baseline=" + self.baseline)
        self.assertEqual(code, 1)
        environment = dict(os.environ, PATH=os.path.dirname(WGSIM) + ":" + os.environ["PATH"])
        for word, wanted in (("replay", 1), ("renew", 0), ("replay", 0)):
            (command,) = re.findall(r"^ +%s +(.*)" % word, err, re.M)
            again = subprocess.run(command + " --quiet", shell=True, env=environment, timeout=300, check=False,
                                   capture_output=True)
            self.assertEqual(again.returncode, wanted, command)
        with open(self.baseline, encoding="utf-8") as file:
            self.assertEqual(json.load(file)["tolerance_percent"], 12.5)

    def test_other_seeds_are_compared_within_the_tolerance(self):
        def wide(baseline, _):
            baseline["tolerance_percent"] = 1000

        self.edit(wide)
        code, out, err = self.run_it("--seed=9", "--baseline=" + self.baseline)
        self.assertEqual((code, err), (0, ""))
        self.assertIn("Compared within 1000 %, without the trace hash, since the seed is 9, the baseline's 1.", out)

    def test_what_cannot_be_compared_is_said_before_anything_runs(self):
        self.make_baseline()
        other = self.write("other.textproto", self.text.replace('name: "replace_two_addresses"', 'name: "other"'))
        no_baseline = self.write("no.json", "{}")
        result = self.path("result.json")
        for flags, said in (
            (["--baseline=" + self.path("none.json")], "write it first: --write_baseline="),
            (["--baseline=" + no_baseline], "this is not a baseline of wgsim"),
            (["--baseline=" + SMALLEST], "this is not a baseline of wgsim"),
            (["--write_baseline=" + self.path("no/folder.json")], "--write_baseline:"),
            (["--write_baseline=" + self.path("b.json"), "--variant=replace"], "a baseline keeps all variants"),
            (["--junit=" + self.path("no/folder.xml")], "--junit:"),
        ):
            code, out, err = self.run_it(*flags, "--json=" + result)
            self.assertEqual((code, out), (2, ""), flags)
            self.assertIn(said, err)
        code, out, err = self.run_it("--baseline=" + self.baseline, "--json=" + result, scenario=other)
        self.assertEqual((code, out), (2, ""))
        self.assertIn("a baseline of the scenario replace_two_addresses, not of other", err)
        self.assertFalse(os.path.exists(result))

    def test_one_variant_is_compared_alone(self):
        self.make_baseline()
        code, out, err = self.run_it("--variant=remove_me", "--baseline=" + self.baseline)
        self.assertEqual((code, err), (0, ""))
        self.assertIn("baseline held", out)

    def test_junit_says_the_same_as_the_screen_and_json_too(self):
        self.make_baseline()
        self.write("replace_two_addresses.textproto", self.text.replace("method: REMOVE_ME", "method: REPLACE"))
        junit, result = self.path("junit.xml"), self.path("result.json")
        code, _, _ = self.run_it("--quiet", "--strict", "--baseline=" + self.baseline, "--junit=" + junit,
                                 "--json=" + result)
        self.assertEqual(code, 1)
        suite = xml.etree.ElementTree.parse(junit).getroot().find("testsuite")
        cases = {(case.get("classname").split(".")[-1], case.get("name")): case for case in suite.iter("testcase")}
        self.assertEqual(int(suite.get("tests")), len(cases))
        failed = [key for key, case in cases.items() if case.find("failure") is not None]
        self.assertEqual(int(suite.get("failures")), len(failed))
        self.assertIn(("baseline", "remove_me"), failed)
        self.assertNotIn(("baseline", "replace"), failed)
        self.assertNotIn(("strict", "the run shows something"), failed)
        for key in failed:
            self.assertIn("replay  wgsim run ", cases[key].find("failure").text)
        self.assertEqual({case.get("time") for case in cases.values()}, {"0.200000"})
        with open(result, encoding="utf-8") as file:
            comparison = json.load(file)["baseline"]
        self.assertFalse(comparison["held"])
        self.assertEqual(comparison["findings"][0]["figure"], "method")

    def test_strict_finds_runs_that_show_nothing(self):
        nothing = re.sub(r"^(expectations|actions).*\n", "", self.text, flags=re.M)
        scenario = self.write("nothing.textproto", nothing + 'churn { host: "b" pods: "pod" events: 1 per: "100s" }\n')
        code, _, err = self.run_it("--quiet", scenario=scenario)
        self.assertEqual((code, err), (0, ""))
        code, _, err = self.run_it("--quiet", "--strict", scenario=scenario)
        self.assertEqual(code, 1)
        self.assertIn("--strict: nothing is expected", err)
        self.assertIn("--strict: remove_me: nothing was reconfigured", err)


if __name__ == "__main__":
    unittest.main()
