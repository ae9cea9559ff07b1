#!/usr/bin/env python3
# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Compares this simulator with Debian's ns-3, side by side on this machine.

Builds two small programs against libns3-dev (a hold model and a UDP echo over one link) and the same hold model on
sim::EventLoop with the trace hash on, runs them in turn (ns-3, wgsim, ns-3, wgsim, ...) and prints medians and
ratios. Units of work per second of processor time, one core. Debian's libns3 has logging compiled in and assertions
off.

  tools/bench/ns3_compare/compare.py [--rounds N]

Our packets go through a WireGuard tunnel end to end, with modelled ciphers; ns-3's through UDP alone. Exit status 0 also
where ns-3 is not installed; 1 if an aim is missed with --check.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", "..", ".."))
NS3_HEADER = "/usr/include/ns3/core-module.h"

# pending events -> how many times ns-3's default scheduler we aim at.
HOLD_AIMS = {1_000: 5, 100_000: 8, 1_000_000: 8}
ECHO_AIM = 10
NS3_EVENTS = 1_000_000
WGSIM_EVENTS = 5_000_000
ECHOES = 100_000
PACKETS = 1_000_000

ECHO_LIBRARIES = ["applications", "point-to-point", "internet", "network", "core"]


def build_ns3(name, libraries, directory):
    """Compiles one program; ns-3 3.37's headers are C++17."""
    program = os.path.join(directory, name)
    subprocess.run(
        ["g++", "-std=c++17", "-O2", "-I" + ROOT, os.path.join(HERE, name + ".cc"), "-o", program]
        + ["-lns3-" + library for library in libraries],
        check=True)
    return program


def build_wgsim(name):
    subprocess.run(["bazel", "build", "--noshow_progress", "--ui_event_filters=-info",
                    "//tools/bench/ns3_compare:" + name], cwd=ROOT, check=True)
    return os.path.join(ROOT, "bazel-bin/tools/bench/ns3_compare", name)


def rate(command):
    """The third word of the first line a program prints."""
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(output.split()[2])


def interleaved(rounds, commands):
    """Median rate of each command, all of them once per round."""
    rates = [[] for _ in commands]
    for _ in range(rounds):
        for command, samples in zip(commands, rates):
            samples.append(rate(command))
    return [statistics.median(samples) for samples in rates]


def row(what, theirs, ours, aim):
    ratio = ours / theirs
    print(f"{what:<24}{theirs / 1e6:>10.3f} M/s{ours / 1e6:>10.3f} M/s{ratio:>8.1f} x   aim {aim} x"
          f"   {'met' if ratio >= aim else 'MISSED'}")
    return ratio >= aim


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="runs of each program (default 5)")
    parser.add_argument("--check", action="store_true", help="exit status 1 if an aim is missed")
    options = parser.parse_args()

    if not os.path.exists(NS3_HEADER):
        print("skipped: ns-3 is not installed (Debian package libns3-dev)")
        return 0

    met = True
    with tempfile.TemporaryDirectory() as directory:
        ns3_hold = build_ns3("ns3_hold", ["core"], directory)
        ns3_echo = build_ns3("ns3_udp_echo", ECHO_LIBRARIES, directory)
        wgsim_hold = build_wgsim("wgsim_hold")
        wgsim_packets = build_wgsim("wgsim_packets")

        print(f"medians of {options.rounds} interleaved runs, per second of processor time")
        print(f"{'':<24}{'ns-3':>14}{'wgsim':>14}{'ratio':>10}")
        for pending, aim in HOLD_AIMS.items():
            theirs, ours = interleaved(options.rounds,
                                       [[ns3_hold, str(pending), str(NS3_EVENTS)],
                                        [wgsim_hold, str(pending), str(WGSIM_EVENTS)]])
            met &= row(f"hold, {pending} pending", theirs, ours, aim)
        theirs, ours = interleaved(options.rounds, [[ns3_echo, str(ECHOES)],
                                                    [wgsim_packets, str(PACKETS)]])
        met &= row("packets end to end", theirs, ours, ECHO_AIM)
    return 0 if met or not options.check else 1


if __name__ == "__main__":
    sys.exit(main())
