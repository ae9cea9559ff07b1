# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""The parts that need no kernel."""

import os
import re
import tempfile
import unittest

import emulator
import environment
import fetch
import initramfs
import steps

_FOLDER = os.path.dirname(os.path.realpath(__file__))


class Environment(unittest.TestCase):

    def test_every_package_that_may_be_missing_is_in_the_list(self):
        with open(os.path.join(_FOLDER, "packages.txt"), encoding="utf-8") as file:
            listed = {line.split()[0] for line in file if line.strip() and not line.startswith("#")}
        missing = environment.missing_packages(lambda command: None, lambda path: False, lambda path: False)
        self.assertEqual(listed, {package for _, package in missing})

    def test_nothing_is_missing_where_all_is_there(self):
        self.assertEqual([], environment.missing_packages(str, lambda path: True, lambda path: True))

    def test_a_kernel_is_found_where_either_release_puts_its_modules(self):
        for lib in ("lib", "usr/lib"):
            with tempfile.TemporaryDirectory() as folder:
                self.assertIsNone(environment.find_kernel(folder))
                os.makedirs(os.path.join(folder, "boot"))
                os.makedirs(os.path.join(folder, lib, "modules", "6.16.1"))
                with open(os.path.join(folder, "boot", "vmlinuz-6.16.1"), "w", encoding="utf-8"):
                    pass
                self.assertEqual("6.16.1", environment.find_kernel(folder)[0])

    def test_a_missing_kernel_says_how_to_get_it(self):
        with tempfile.TemporaryDirectory() as folder:
            lines = []
            self.assertFalse(environment.check(folder, ["6.16"], lines.append))
            self.assertIn("fetch --kernel=6.16", lines[-1])


class Fetch(unittest.TestCase):

    def test_takes_the_newest_of_the_series(self):
        packages = ["linux-image-6.16.3+deb13-cloud-amd64", "linux-image-6.16.12+deb13-cloud-amd64",
                    "linux-image-6.17.8+deb13-cloud-amd64", "linux-image-6.16.12+deb13-amd64",
                    "linux-image-6.16.13+deb13-cloud-amd64-dbg"]
        self.assertEqual(packages[1], fetch.newest(packages, "6.16"))

    def test_takes_the_next_series_only_where_later_ones_do(self):
        packages = ["linux-image-6.17.8+deb13-cloud-amd64", "linux-image-6.17.13+deb13-cloud-amd64",
                    "linux-image-7.0.4+deb13-cloud-amd64"]
        self.assertEqual(packages[1], fetch.newest(packages, "6.16"))
        self.assertIsNone(fetch.newest(packages, "6.12"))

    def test_reads_the_mirror_from_either_format(self):
        self.assertEqual("http://mirror.example/debian",
                         fetch.configured_mirror(["# deb http://old.example/debian x\n",
                                                  "Types: deb\nURIs: http://mirror.example/debian/\n"]))
        self.assertIsNone(fetch.configured_mirror(["deb http://mirror.example/debian-security x main\n"]))


def _module(needs):
    return b"\x7fELF\0depends=" + needs.encode() + b"\0"


class Initramfs(unittest.TestCase):

    def test_modules_come_after_what_they_need(self):
        modules = {"a": _module("b-one,built_in"), "b_one": _module("c"), "c": _module("")}
        order = initramfs.load_order(["a", "c"], {name: name for name in modules}, modules.get)
        self.assertEqual(["c", "b_one", "a"], [name for name, _ in order])

    def test_a_kernel_without_the_module_is_refused(self):
        with self.assertRaises(environment.Lacking):
            initramfs.load_order(["wireguard"], {}, None)

    def test_archives_are_the_same_whatever_the_order_of_the_entries(self):
        entries = {"b/c": (0o100644, b"text"), "b": (0o40755, b"")}
        archive = initramfs.cpio(entries)
        self.assertEqual(archive, initramfs.cpio(dict(reversed(entries.items()))))
        self.assertEqual(0, len(archive) % 4)
        self.assertEqual([b"b", b"b/c", b"TRAILER!!!"],
                         re.findall(rb"070701[0-9a-f]{104}([^\0]+)\0", archive))

    def test_what_the_guest_writes_tells_the_emulator_how_it_ended(self):
        self.assertIn('echo "done"', initramfs.INIT)
        self.assertIn("icount", " ".join(emulator.command_line("k", "i", "l", "full")))


class Steps(unittest.TestCase):

    @staticmethod
    def _sequence(*runs):
        first, trials = 0, []
        for count, state in runs:
            trials.append((first, count, state))
            first += count
        return steps.sequence(trials)

    def test_a_state_seen_again_at_a_boundary_counts_once(self):
        self.assertEqual(["3", "2", "0", "1", "3"],
                         self._sequence((9, "3"), (1, "2"), (1, "3"), (5, "2"), (6, "0"), (1, "2"), (3, "0"), (4, "1"),
                                        (1, "0"), (3, "1"), (9, "3")))

    def test_a_request_that_was_held_up_adds_no_state(self):
        self.assertEqual(["3", "2", "0", "1", "3"],
                         self._sequence((9, "3"), (5, "2"), (6, "0"), (2, "3"), (1, "2"), (3, "0"), (4, "1"), (2, "3"),
                                        (20, "1"), (90, "3")))

    def test_a_list_turned_round_may_come_back_to_states_it_had(self):
        self.assertEqual(["3", "2", "0", "2", "3"],
                         self._sequence((5, "3"), (5, "2"), (5, "0"), (25, "2"), (5, "3")))

    def test_windows_are_counted_for_what_stays(self):
        case = {"length": 2, "change": "same", "states": ["3", "2", "0", "1", "3"]}
        self.assertEqual({0: 2, 1: 2}, steps.steps_of(case))
        case["states"] = ["3", "2", "3", "0", "1", "3"]
        with self.assertRaises(ValueError):
            steps.steps_of(case)

    def test_messages_are_read_from_a_log(self):
        log = ["kernel 6.16", "p before 1 0", "p 4/2/same/1 2 0", "t 4/2/same/1 10.0.0.0 -", "t 4/2/same/1 10.0.0.1 1-1"]
        self.assertEqual(
            [{"family": 4, "length": 2, "change": "same", "entries": 1, "messages": 2,
              "targets": [{"address": "10.0.0.0", "missing": ""}, {"address": "10.0.0.1", "missing": "1-1"}]}],
            steps.message_facts(log))

    def test_a_list_that_loses_all_has_no_targets(self):
        self.assertEqual([], steps.targets("drop_first", 1))
        self.assertEqual([0, 8, 15], steps.targets("same", 16))


if __name__ == "__main__":
    unittest.main()
