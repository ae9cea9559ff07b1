#!/usr/bin/env python3
# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Compares look-ups in wg::AllowedIps with those in wireguard-go's trie, side by side on this machine.

Builds a small program against Debian's golang-golang.zx2c4-wireguard-dev and //protocol:allowedips_bench, runs them in turn
and prints medians of processor time: 262 144 prepared addresses inside random entries, the same shapes of tables.

  tools/bench/allowedips_compare/compare.py [--rounds N] [--check]

Exit status 0 also where Go is not installed; 1 if an aim is missed with --check.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", "..", ".."))
GOPATH = "/usr/share/gocode"
PACKAGE = os.path.join(GOPATH, "src/golang.zx2c4.com/wireguard/device")
TARGET = "//protocol:allowedips_bench"

# Number of the shape in both programs.
SHAPES = {"IPv4 /32 random": 0, "IPv4 /32 consecutive": 1, "IPv4 /12 to /32": 2, "IPv6 /128 random": 3,
          "IPv6 /64 random": 4}
SIZES = (10, 1_000, 10_000, 100_000, 1_000_000)
AIM = 3


def build_go(directory):
    program = os.path.join(directory, "allowedips")
    environment = dict(os.environ, GO111MODULE="off", GOPATH=GOPATH, GOCACHE=os.path.join(directory, "cache"))
    subprocess.run(["go", "build", "-o", program, os.path.join(HERE, "allowedips.go")], check=True, env=environment)
    return program


def build_wgsim():
    subprocess.run(["bazel", "build", "--noshow_progress", "--ui_event_filters=-info", TARGET], cwd=ROOT, check=True)
    return os.path.join(ROOT, "bazel-bin/protocol/allowedips_bench")


def theirs(program, shape, size):
    return float(subprocess.run([program, str(shape), str(size)], check=True, capture_output=True, text=True).stdout)


def ours(program, shape, size):
    """Nanoseconds per look-up, and bytes per prefix."""
    output = subprocess.run([program, "--benchmark_filter=BM_LookupInside/shape:%d/n:%d$" % (shape, size),
                             "--benchmark_format=json"], check=True, capture_output=True, text=True).stdout
    result = json.loads(output)["benchmarks"][0]
    return result["cpu_time"], result["B/prefix"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="runs of each program (default 3)")
    parser.add_argument("--check", action="store_true", help="exit status 1 if an aim is missed")
    options = parser.parse_args()

    if shutil.which("go") is None or not os.path.isdir(PACKAGE):
        print("skipped: Debian's golang-go and golang-golang.zx2c4-wireguard-dev are not installed")
        return 0

    met = True
    with tempfile.TemporaryDirectory() as directory:
        go, wgsim = build_go(directory), build_wgsim()
        print(f"medians of {options.rounds} interleaved runs; processor time of a look-up inside a random entry")
        print(f"{'':<34}{'wireguard-go':>14}{'wgsim':>12}{'ratio':>10}{'bytes/prefix':>14}")
        for name, shape in SHAPES.items():
            for size in SIZES:
                runs = [(theirs(go, shape, size), ours(wgsim, shape, size)) for _ in range(options.rounds)]
                slow = statistics.median(run[0] for run in runs)
                fast = statistics.median(run[1][0] for run in runs)
                met &= slow >= AIM * fast
                print(f"{name:<24}{size:>10}{slow:>11.1f} ns{fast:>9.1f} ns{slow / fast:>8.1f} x{runs[0][1][1]:>14.0f}"
                      f"{'' if slow >= AIM * fast else '   aim %d x MISSED' % AIM}", flush=True)
    return 0 if met or not options.check else 1


if __name__ == "__main__":
    sys.exit(main())
