# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""The program as its users see it: exit codes, what is printed where, what is written."""

import difflib
import json
import os
import pty
import subprocess
import tempfile
import unittest

WGSIM = os.path.abspath("tools/wgsim")
SMALLEST = "scenarios/replace_two_addresses.textproto"
SHORT = ["--crypto=modelled", "--set=duration=200ms", "--set=actions[*].times=70"]


def wgsim(*words):
    done = subprocess.run([WGSIM, *words], capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stdout, done.stderr


class WgsimTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name, text=None):
        path = os.path.join(self.folder, name)
        if text is not None:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        return path

    def assert_golden(self, name, text):
        update = os.environ.get("WGSIM_GOLDEN_DIR")
        if update:
            with open(os.path.join(update, name), "w", encoding="utf-8") as file:
                file.write(text)
            return
        with open("tools/golden/" + name, encoding="utf-8") as file:
            golden = file.read()
        difference = "\n".join(difflib.unified_diff(golden.splitlines(), text.splitlines(), name, "now", lineterm=""))
        self.assertEqual(golden, text, difference)

    def test_help_is_everywhere_and_no_error(self):
        code, out, err = wgsim("--help")
        self.assertEqual((code, err), (0, ""))
        commands = ["run", "windows", "list", "describe", "calibrate", "kernel", "compare"]
        for command in commands:
            self.assertIn("  " + command, out)
            for words in ([command, "--help"], ["help", command]):
                code, text, err = wgsim(*words)
                self.assertEqual((code, err), (0, ""))
                self.assertIn("Usage: wgsim " + command, text)
                self.assertLessEqual(max(map(len, text.splitlines())), 100, command)

    def test_slips_of_the_pen_get_a_suggestion_and_exit_2(self):
        for words, said in (
            ([], "Usage: wgsim COMMAND"),
            (["rnu"], "did you mean run?"),
            (["help", "rnu"], "did you mean run?"),
            (["run", SMALLEST, "--sede=1"], "did you mean --seed?"),
            (["run", SMALLEST, "--seed=x"], "--seed=x is no seed"),
            (["run", SMALLEST, "--seed=-1"], "--seed=-1 is no seed"),
            (["run", SMALLEST, "--crypto=none"], "write real or modelled"),
            (["run", SMALLEST, "--variant=replce"], "did you mean replace?"),
            (["run", SMALLEST, "--set=hosts.a.corse=1"], "did you mean cores?"),
            (["run"], "which scenario?"),
            (["run", SMALLEST, SMALLEST], "one scenario at a time"),
            (["run", "none.textproto"], "none.textproto cannot be read: No such file"),
            (["run", self.folder], "cannot be read: Is a directory"),
            (["list", "nothing"], "wgsim list scenarios"),
            (["calibrate", "--seconds=0"], "--seconds=0 is no time; write 1 to 600"),
            (["calibrate", "--base=linux_6_13"], "did you mean linux_6_12?"),
            (["calibrate", "--base=./mine.textproto"], "is no name"),
            (["calibrate", "--out=" + self.path("no/folder/mine.textproto")], "--out:"),
            (["calibrate", "mine.textproto"], "takes no arguments"),
        ):
            code, out, err = wgsim(*words)
            self.assertEqual((code, out), (2, ""), words)
            self.assertIn(said, err, words)

    def test_wrong_scenarios_name_every_place_and_write_nothing(self):
        path = self.path("wrong.textproto", 'duration: "-1s"\nhosts { name: "a" cores: 0 }\nvariants {\n  nmae: "x"\n}\n')
        result = self.path("result.json")
        code, out, err = wgsim("run", path, "--json=" + result)
        self.assertEqual((code, out), (2, ""))
        for place in (":1:1: duration:", ":2:19: hosts[0].cores:", ":4:3: nmae:"):
            self.assertIn(path + place, err)
        self.assertEqual(os.listdir(self.folder), ["wrong.textproto"])

    def test_an_unwritable_path_is_found_before_the_run(self):
        code, out, err = wgsim("run", SMALLEST, "--json=" + self.path("no/folder/result.json"))
        self.assertEqual((code, out), (2, ""))
        self.assertIn("--json:", err)

    def test_a_run_prints_a_table_writes_json_and_keeps_its_expectations(self):
        result = self.path("result.json")
        code, out, err = wgsim("run", SMALLEST, *SHORT, "--json=" + result)
        self.assertEqual((code, err), (0, ""), out)
        for words in ("replace", "dummy_peer", "remove_me", "bystanders: flows", "ENOKEY", "held", "trace "):
            self.assertIn(words, out)
        self.assertLessEqual(max(map(len, out.splitlines())), 100)
        with open(result, encoding="utf-8") as file:
            read = json.load(file)
        self.assertEqual(os.listdir(self.folder), ["result.json"])
        self.assertEqual(read["scenario"], "replace_two_addresses")
        variants = {variant["name"]: variant for variant in read["variants"]}
        self.assertGreater(variants["replace"]["bystanders"]["refused"], 0)
        self.assertEqual(variants["remove_me"]["bystanders"]["refused"], 0)
        for variant in variants.values():
            group = variant["bystanders"]
            ends = sum(group[end] for end in ("delivered", "refused", "misdirected", "dropped", "in_flight"))
            self.assertEqual(group["offered"], ends)

    def test_the_same_seed_gives_the_same_result_and_another_another(self):
        def run(seed):
            path = self.path("result.json")
            code, _, err = wgsim("run", SMALLEST, *SHORT, "--quiet", "--seed=%d" % seed, "--json=" + path)
            self.assertEqual((code, err), (0, ""))
            with open(path, encoding="utf-8") as file:
                read = json.load(file)
            self.assertGreater(read.pop("wall_seconds"), 0)
            return read

        first = run(1)
        self.assertEqual(first, run(1))
        self.assertNotEqual(first["trace_hash"], run(2)["trace_hash"])

    def test_what_does_not_hold_is_said_with_the_command_that_shows_it_again(self):
        with open(SMALLEST, encoding="utf-8") as file:
            text = file.read()
        path = self.path("mine.textproto", text + 'expectations: "replace.bystanders.refused == 0"\n')
        line = text.count("\n") + 1
        code, out, err = wgsim("run", path, *SHORT, "--quiet", "--seed=5")
        self.assertEqual((code, out), (1, ""))
        self.assertIn("%s:%d: expectation did not hold" % (path, line), err)
        self.assertIn("wanted  replace.bystanders.refused == 0", err)
        self.assertIn("seed    5", err)
        (replay,) = [words.split("replay  ")[1] for words in err.splitlines() if "replay" in words]
        self.assertTrue(replay.startswith("wgsim run " + path), replay)
        again = subprocess.run("PATH=%s:$PATH; %s --quiet" % (os.path.dirname(WGSIM), replay), shell=True,
                               capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(again.returncode, 1, again.stderr)
        self.assertIn("expectation did not hold", again.stderr)

    def test_one_variant_runs_alone(self):
        code, out, _ = wgsim("run", SMALLEST, *SHORT, "--variant=remove_me")
        self.assertEqual(code, 0)
        self.assertNotIn("dummy_peer", out)

    def test_progress_is_for_terminals_only(self):
        master, slave = pty.openpty()
        done = subprocess.run([WGSIM, "run", SMALLEST, "--crypto=modelled"], stdout=subprocess.PIPE, stderr=slave,
                              timeout=300, check=False)
        os.close(slave)
        shown = b""
        try:
            while True:
                block = os.read(master, 65536)
                if not block:
                    break
                shown += block
        except OSError:
            pass
        os.close(master)
        self.assertEqual(done.returncode, 0)
        self.assertTrue(shown == b"" or shown.endswith(b"\r\x1b[K"), shown[-80:])
        self.assertNotIn(b"\x1b", done.stdout)

    def test_shipped_scenarios_need_no_file(self):
        done = subprocess.run([WGSIM, "describe", "replace_two_addresses"], cwd=self.folder, capture_output=True,
                              text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("Take one of two addresses", done.stdout)

    def test_a_real_kernel_is_asked_only_what_it_can_be_asked(self):
        code, out, err = wgsim("kernel", "scenarios/cilium_churn_replace.textproto")
        self.assertEqual((code, out), (2, ""))
        self.assertIn("the guest cannot do this: churn", err)

    def test_a_kernel_that_does_not_know_a_method_is_not_booted(self):
        code, out, err = wgsim("kernel", SMALLEST, "--kernel=6.12", "--cache=" + self.folder)
        self.assertEqual((code, out), (2, ""))
        self.assertIn("remove_me: removes single allowed ips", err)
        code, _, err = wgsim("kernel", SMALLEST, "--kernel=6.12", "--variant=replace", "--cache=" + self.folder)
        self.assertEqual(code, 3)
        self.assertIn("fetch --kernel=6.12", err)

    def test_a_kernel_that_is_not_there_is_exit_3_and_says_how_to_get_it(self):
        code, out, err = wgsim("kernel", SMALLEST, "--cache=" + self.folder)
        self.assertEqual((code, out), (3, ""))
        self.assertIn("fetch --kernel=6.16", err)
        self.assertEqual([], os.listdir(self.folder))

    def test_a_result_compared_with_itself_agrees_in_every_point(self):
        path = self.path("result.json")
        wgsim("run", SMALLEST, "--quiet", *SHORT, "--variant=replace", "--json=" + path)
        code, out, err = wgsim("compare", path, path)
        self.assertEqual((code, err), (0, ""))
        self.assertIn("bystanders.refused", out)
        self.assertNotIn("DIFFERS", out)
        self.assertEqual(2, wgsim("compare", path)[0])

    def test_list_and_describe(self):
        code, out, err = wgsim("list")
        self.assertEqual((code, err), (0, ""))
        for name in ("\nChanges of the configuration\n  cilium_churn ", "\nTraffic, cores and queues\n", "LINUX_6_16", "BORINGTUN", "linux_6_12", "unit", "wireguard_go",
                     "linux_6_12_instructions", "linux_6_12_emulated"):
            self.assertIn(name, out)
        self.assertLessEqual(max(map(len, out.splitlines())), 100)
        code, out, err = wgsim("describe", "scenarios/cilium_churn.textproto")
        self.assertEqual((code, err), (0, ""))
        self.assert_golden("describe_cilium_churn.txt", out)

    def test_a_calibrated_list_is_one_that_scenarios_can_use(self):
        mine = self.path("mine.textproto")
        code, table, err = wgsim("calibrate", "--seconds=1", "--out=" + mine)
        self.assertEqual((code, err), (0, ""))
        for words in ("seal", "ns/byte", "in linux_6_12"):
            self.assertIn(words, table)
        self.assertEqual(os.listdir(self.folder), ["mine.textproto"])
        code, out, err = wgsim("describe", SMALLEST, "--set=cost_model=" + mine)
        self.assertEqual((code, err), (0, ""), out)

    def test_a_calibrated_list_can_be_piped(self):
        code, text, table = wgsim("calibrate", "--seconds=1", "--base=wireguard_go")
        self.assertEqual(code, 0)
        self.assertIn('name: "calibrated"\nbase: "wireguard_go"\n', text)
        self.assertIn("in wireguard_go", table)
        code, out, err = wgsim("describe", SMALLEST, "--set=cost_model=" + self.path("piped.textproto", text))
        self.assertEqual((code, err), (0, ""), out)

    def test_windows_of_the_smallest_example(self):
        for name in ("replace_two_addresses", "replace_two_addresses_covered"):
            code, out, err = wgsim("windows", "scenarios/%s.textproto" % name)
            self.assertEqual((code, err), (0, ""))
            self.assert_golden("windows_%s.txt" % name, out)

    def test_windows_of_churn(self):
        code, out, err = wgsim("windows", "scenarios/cilium_churn.textproto")
        self.assertEqual((code, err), (0, ""))
        self.assert_golden("windows_cilium_churn.txt", out)


if __name__ == "__main__":
    unittest.main()
