# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""What `wgsim run --pcap` and `wgsim conform --pcap_dir` write, read by tshark without any option."""

import json
import os
import subprocess
import tempfile
import unittest

WGSIM = os.path.abspath("tools/wgsim")
SCENARIO = "scenarios/replace_two_addresses.textproto"
SHORT = ["--set=duration=200ms", "--set=actions[*].times=70"]


def run(*arguments):
    return subprocess.run([WGSIM, "run", *arguments], capture_output=True, text=True, timeout=120, check=False)


def tshark(path, *arguments):
    """The lines that tshark prints. It warns on stderr when it is root."""
    done = subprocess.run(["tshark", "-n", "-r", path, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, timeout=120, check=False, env={**os.environ, "HOME": tempfile.gettempdir()})
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


class PcapTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.file = os.path.join(cls.folder.name, "run.pcapng")
        cls.json = os.path.join(cls.folder.name, "run.json")
        cls.done = run(SCENARIO, *SHORT, "--variant=replace", "--quiet", "--pcap=" + cls.file, "--json=" + cls.json)
        with open(cls.json, encoding="utf-8") as text:
            cls.result = json.load(text)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def count(self, display_filter):
        return len(tshark(self.file, "-Y", display_filter, "-T", "fields", "-e", "frame.number"))

    def test_nothing_is_said_and_the_trace_is_that_of_a_run_without_capture(self):
        self.assertIn(self.done.returncode, (0, 1), self.done.stderr)
        other = os.path.join(self.folder.name, "other.json")
        run(SCENARIO, *SHORT, "--variant=replace", "--quiet", "--json=" + other)
        with open(other, encoding="utf-8") as text:
            self.assertEqual(json.load(text)["trace_hash"], self.result["trace_hash"])

    def test_every_handshake_is_decrypted_and_every_message_after_it(self):
        handshakes = tshark(self.file, "-Y", "wg.type==2", "-T", "fields", "-e", "wg.handshake_ok")
        self.assertGreaterEqual(len(handshakes), 1)
        self.assertEqual(set(handshakes), {"1"})
        self.assertEqual(self.count("wg.decryption_error"), 0)
        self.assertGreater(self.count("wg.type==4"), 0)
        # The stream is all that goes through the tunnel: its addresses are visible in each message.
        self.assertEqual(self.count("wg.type==4 && !wg.keepalive"), self.count("wg.type==4 && ip.dst==192.168.0.3"))

    def test_interfaces_are_the_ends_of_links_and_tunnels(self):
        names = set(tshark(self.file, "-T", "fields", "-e", "frame.interface_name"))
        self.assertTrue({"a/eth0", "b/eth0", "a/wg0", "b/wg0"} <= names, names)

    def test_what_went_its_way_has_no_comment(self):
        self.assertEqual(self.count("frame.comment && !(frame.comment contains \"refused: ENOKEY\")"), 0)

    def test_a_refused_packet_says_why(self):
        refused = sum(flows["refused"] for flows in
                      (self.result["variants"][0]["bystanders"], self.result["variants"][0]["touched"]))
        self.assertGreater(refused, 0)
        self.assertEqual(self.count('frame.comment contains "refused: ENOKEY"'), refused)

    def test_modelled_ciphers_are_refused_and_leave_nothing(self):
        path = os.path.join(self.folder.name, "modelled.pcapng")
        done = run(SCENARIO, "--crypto=modelled", "--pcap=" + path)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--pcap", done.stderr)
        self.assertFalse(os.path.exists(path))

    def test_several_variants_have_a_file_each(self):
        with tempfile.TemporaryDirectory() as folder:
            run(SCENARIO, "--quiet", *SHORT, "--pcap=" + os.path.join(folder, "all.pcapng"))
            self.assertIn("all.replace.pcapng", os.listdir(folder))
            self.assertIn("all.remove_me.pcapng", os.listdir(folder))


class ConformTest(unittest.TestCase):
    def test_what_failed_can_be_read_and_says_what_was_expected(self):
        name = "RX_026_027_TheConfirmationSendsWhatWaits"
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([WGSIM, "conform", "--target=sim/BORINGTUN", "--only=" + name, "--expectations=/dev/null",
                                   "--pcap_dir=" + folder], capture_output=True, text=True, timeout=120, check=False)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("40001 > target: initiation, 148 bytes", done.stdout)
            capture = os.path.join(folder, "sim_BORINGTUN", name + ".pcapng")
            self.assertEqual(tshark(capture, "-Y", "wg.type==2", "-T", "fields", "-e", "wg.handshake_ok"), ["1"])
            comments = tshark(capture, "-T", "fields", "-e", "frame.comment")
            self.assertTrue(any("FINDING: a packet before the new session is confirmed waits" in one for one in comments), comments)
            # Packets of the host, in clear.
            self.assertTrue(tshark(capture, "-Y", 'frame.interface_name=="host" && ip.dst==10.0.0.1'))


if __name__ == "__main__":
    unittest.main()
