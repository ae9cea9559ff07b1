# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""What `wgsim run --trace` writes keeps Perfetto's rules and says the same as the result."""

import json
import os
import re
import subprocess
import tempfile
import unittest

from tools import perfetto_trace

WGSIM = os.path.abspath("tools/wgsim")
SCENARIO = "scenarios/replace_two_addresses.textproto"
SHORT = ["--set=duration=200ms", "--set=actions[*].times=70"]
CHURN = "scenarios/cilium_churn.textproto"
SENDERS = {"send", "send request", "send response"}


def run(*arguments):
    return subprocess.run([WGSIM, "run", *arguments], capture_output=True, text=True, timeout=120, check=False)


def read(path):
    with open(path, "rb") as file:
        return perfetto_trace.Trace(file.read())


def read_json(path):
    with open(path, encoding="utf-8") as text:
        return json.load(text)


class Rules(unittest.TestCase):
    """Files that break a rule are found."""

    PROCESS = bytes.fromhex("0a135001e2030e080112016e1a05080132016e5803")
    SLICES = bytes.fromhex("0a105001e2030b0802120163280160005803")
    BEGIN = bytes.fromhex("0a1840ac02500168036207120508011201735a06480158025001")
    END = bytes.fromhex("0a0d40ad02500168025a0448025802")

    def test_a_whole_file(self):
        trace = perfetto_trace.Trace(self.PROCESS + self.SLICES + self.BEGIN + self.END)
        self.assertEqual([s[:3] for s in trace.by_path["n/c"].slices], [(300, 301, "s")])

    def test_what_is_missing(self):
        for data in [self.PROCESS + self.SLICES + self.BEGIN, self.PROCESS + self.SLICES + self.END, self.SLICES + self.BEGIN,
                     self.PROCESS + self.BEGIN + self.END, self.PROCESS + self.SLICES + self.BEGIN + self.END[:-1],
                     self.PROCESS + self.PROCESS]:
            with self.assertRaises(perfetto_trace.Wrong):
                perfetto_trace.Trace(data)

    def test_time_that_goes_back(self):
        early = bytearray(self.END)
        early[3] = 0xab
        with self.assertRaises(perfetto_trace.Wrong):
            perfetto_trace.Trace(self.PROCESS + self.SLICES + self.BEGIN + bytes(early))

    def test_fields_that_do_not_exist(self):
        with self.assertRaises(perfetto_trace.Wrong):
            perfetto_trace.Trace(self.PROCESS + bytes.fromhex("0a021801"))


class TimelineTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.file = os.path.join(cls.folder.name, "run.pftrace")
        cls.done = run(SCENARIO, *SHORT, "--variant=replace", "--trace=" + cls.file, "--json=" + cls.path("run.json"))
        cls.result = read_json(cls.path("run.json"))
        cls.variant = cls.result["variants"][0]
        cls.trace = read(cls.file)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder.name, name)

    def test_the_result_is_that_of_a_run_without_timeline(self):
        run(SCENARIO, *SHORT, "--variant=replace", "--quiet", "--json=" + self.path("other.json"))
        other = read_json(self.path("other.json"))
        for result in (other, self.result):
            result.pop("wall_seconds", None)
        self.assertEqual(other, self.result)

    def test_the_same_run_writes_the_same_file(self):
        again = self.path("again.pftrace")
        run(SCENARIO, *SHORT, "--variant=replace", "--quiet", "--crypto=modelled", "--trace=" + again)
        with open(self.file, "rb") as first, open(again, "rb") as second:
            self.assertEqual(first.read(), second.read())

    def test_it_says_what_was_written(self):
        self.assertIn("run.pftrace: 0s to 1.2s, %d events, " % self.trace.events, self.done.stdout)

    def test_every_core_has_its_contexts_and_does_one_thing_at_a_time(self):
        for host in "ab":
            for core in range(4):
                path = "%s/cpu%d" % (host, core)
                slices = [s for context in ("softirq", "threads") if path + "/" + context in self.trace.by_path
                          for s in self.trace.by_path[path + "/" + context].slices]
                self.assertTrue(slices, path)
                self.assertEqual({s[3] for s in slices}, {0})
                slices.sort()
                for before, after in zip(slices, slices[1:]):
                    self.assertLessEqual(before[1], after[0], path)
                for _, _, name, _, _, notes in self.trace.by_path[path + "/threads"].slices:
                    self.assertNotEqual(name, "task")
                    self.assertIn("thread", notes)

    def test_each_packet_is_followed_from_stage_to_stage(self):
        whole = 0
        for stages in self.trace.flows.values():
            names = [name for _, _, name in stages]
            self.assertIn(names[0], SENDERS)
            hosts = [track.path.split("/")[0] for _, track, _ in stages]
            if names[-1] != "receive":
                continue
            whole += 1
            # Out of one host, over the link, into the other.
            self.assertEqual(re.sub("a+", "a", re.sub("b+", "b", "".join(h[0] for h in hosts))), "alb")
            self.assertEqual([name for name in names if not name.endswith(" B")],
                             ["send", "encrypt", "transmit", "nic_poll", "decrypt", "deliver", "receive"])
        self.assertEqual(len(self.trace.flows), self.variant["bystanders"]["offered"])
        self.assertEqual(whole, self.variant["bystanders"]["delivered"])

    def test_links_send_one_packet_after_the_other_and_end_up_empty(self):
        for name in ("a > b", "b > a"):
            wire = self.trace.by_path["links/a-b/" + name]
            for before, after in zip(wire.slices, wire.slices[1:]):
                self.assertLessEqual(before[1], after[0])
            for begin, end, size, _, _, _ in wire.slices:
                # 10 Gbit/s: 0.8 ns for a byte and for each of the 38 around a packet.
                bits = 8 * (int(size.split()[0]) + 38)
                self.assertLessEqual(abs((end - begin) * 10 - bits), 10)
            self.assertEqual(self.trace.by_path["links/a-b/" + name + " queue"].values[-1][1], 0)

    def test_queues_are_bounded_and_end_up_empty(self):
        for track in self.trace.tracks.values():
            if not track.is_counter:
                continue
            self.assertLessEqual(max(value for _, value in track.values), 4096)
            self.assertEqual(track.values[-1][1], 0, track.path)
        for ring in ("encrypt", "decrypt", "handshake"):
            self.assertIn("a/wg0/%s ring" % ring, self.trace.by_path)

    def test_reconfigurations_and_their_steps(self):
        changes = self.trace.by_path["a/wg0/configuration"].slices
        outer = [s for s in changes if s[3] == 0]
        steps = [s for s in changes if s[3] == 1]
        self.assertEqual(len(outer), self.variant["reconfigurations"])
        self.assertEqual({s[2] for s in outer}, {"remove 192.168.0.2/32", "add 192.168.0.2/32"})
        visible = [s for s in steps if s[2].startswith(("remove ", "insert "))]
        self.assertEqual(len(visible), self.variant["steps"])
        # Steps follow each other without a gap, from the begin on.
        for begin, end, _, _, _, _ in outer:
            inside = [s for s in steps if begin <= s[0] and s[1] <= end]
            self.assertEqual(inside[0][0], begin)
            for before, after in zip(inside, inside[1:]):
                self.assertEqual(before[1], after[0])

    def test_exposures_are_those_of_the_result(self):
        exposed = self.trace.by_path["a/wg0/exposed: 192.168.0.3"].slices
        self.assertEqual({s[2] for s in exposed}, {"owned by nobody"})
        total = self.variant["bystanders"]["exposure_us"]["total"]
        self.assertAlmostEqual(sum(s[1] - s[0] for s in exposed) / 1000, total, places=3)

    def test_outages_are_those_of_the_result(self):
        shown = [(s[0] / 1e9, (s[1] - s[0]) / 1e3) for s in self.trace.by_path["outages/stream"].slices]
        told = [(o["at_seconds"], o["length_us"]) for o in self.variant["outage_records"]]
        self.assertEqual(len(shown), self.variant["bystanders"]["outages"])
        for (at, length), (told_at, told_length) in zip(shown, sorted(told)):
            self.assertAlmostEqual(at, told_at, places=9)
            self.assertAlmostEqual(length, told_length, places=3)

    def test_drops_are_those_of_the_result(self):
        shown = sum(len(track.instants) for track in self.trace.under("drops"))
        self.assertEqual(shown, self.variant["bystanders"]["refused"])


class Parts(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.file = os.path.join(self.folder.name, "part.pftrace")

    def test_a_part_of_cilium_churn(self):
        done = run(CHURN, "--variant=replace", "--set=duration=400ms", "--trace=" + self.file, "--trace_from=300ms",
                   "--trace_to=330ms")
        self.assertIn("300ms to 330ms", done.stdout)
        trace = read(self.file)
        for track in trace.tracks.values():
            times = [t for s in track.slices for t in s[:2]] + [i[0] for i in track.instants] + [v[0] for v in track.values]
            # Links show packets that have entered until they have left.
            end = 340e6 if track.path.startswith("links/") else 330e6
            for time in times:
                self.assertGreaterEqual(time, 300e6, track.path)
                self.assertLessEqual(time, end, track.path)
        self.assertEqual({t.name for t in trace.tracks.values() if t.is_process} - {"drops", "outages"},
                         {"node0", "node1", "node2", "links"})
        self.assertGreater(len(trace.flows), 500)

    def test_the_queue_to_a_program_in_user_space(self):
        run(SCENARIO, *SHORT, "--set=implementation=WIREGUARD_GO", "--variant=replace", "--trace=" + self.file)
        trace = read(self.file)
        depths = [value for _, value in trace.by_path["a/wg0/TUN queue"].values]
        self.assertGreater(max(depths), 0)
        self.assertEqual(depths[-1], 0)

    def test_several_variants_have_a_file_each(self):
        done = run(SCENARIO, *SHORT, "--trace=" + self.file, "--trace_to=1ms")
        self.assertEqual(sorted(os.listdir(self.folder.name)),
                         ["part.dummy_peer.pftrace", "part.remove_me.pftrace", "part.replace.pftrace"])
        self.assertIn("part.remove_me.pftrace: 0s to 1ms", done.stdout)
        read(os.path.join(self.folder.name, "part.remove_me.pftrace"))

    def test_wrong_times_leave_nothing(self):
        for arguments, word in [(["--trace_from=2s"], "over after"), (["--trace_from=3ms", "--trace_to=3ms"], "not after"),
                                (["--trace_to=soon"], "--trace_to")]:
            done = run(SCENARIO, *SHORT, "--trace=" + self.file, *arguments)
            self.assertEqual(done.returncode, 2)
            self.assertIn(word, done.stderr)
            self.assertEqual(os.listdir(self.folder.name), [])
        self.assertEqual(run(SCENARIO, *SHORT, "--trace_to=1ms").returncode, 2)


if __name__ == "__main__":
    unittest.main()
