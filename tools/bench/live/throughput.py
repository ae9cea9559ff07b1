#!/usr/bin/python3
# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""How fast programs that are WireGuards are, beside each other in one run: they take turns, several times over, and the medians count.

    tools/bench/live/throughput.py                                                wgsim live and wireguard-go: six minutes
    tools/bench/live/throughput.py --program=live --program='live --no_offload' --program=/usr/local/bin/wireguard-go

Two network namespaces joined by a veth pair, the program in both, all on this machine: what is measured is bound by its processors. TCP and
UDP by iperf3, one flow and four, datagrams of 64 bytes, and a ping flood. CPU seconds are those of both ends' programs, not of the
kernel's part that they wait for and not of iperf3. Needs root, /dev/net/tun and iperf3.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from tunnel import Tunnel, obstacle  # noqa: E402

FAR = "10.1.0.1"
# Name -> iperf3's arguments. Small datagrams: as many as can be sent.
STREAMS = {"TCP, 1 flow": [], "TCP, 4 flows": ["-P", "4"], "UDP, 1 flow": ["-u", "-b", "0", "-l", "1372"],
           "UDP, 4 flows": ["-u", "-b", "0", "-l", "1372", "-P", "4"], "UDP, 64 bytes": ["-u", "-b", "0", "-l", "64"]}


def iperf(tunnel, options, seconds):
    """What arrived: {"gbit", "cpu_per_gbit", "packets"} a second."""
    server = subprocess.Popen(tunnel.inside(1, "iperf3", "-s", "-1", "-B", FAR), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        before = [tunnel.cpu_seconds(side) for side in (0, 1)]
        for _ in range(50):  # until it listens
            done = subprocess.run(tunnel.inside(0, "iperf3", "-c", FAR, "-t", seconds, "-J", *options), capture_output=True, text=True,
                                  timeout=seconds + 60, check=False)
            result = json.loads(done.stdout) if done.stdout else {}
            if "error" not in result or "refused" not in result["error"]:
                break
            time.sleep(0.1)
        if done.returncode != 0:
            raise RuntimeError("iperf3: %s%s" % (result.get("error", ""), done.stderr))
        cpu = sum(tunnel.cpu_seconds(side) - before[side] for side in (0, 1))
    finally:
        server.kill()
        server.wait()
    end = result["end"]
    if "-u" in options:
        arrived = end["sum"]["packets"] - end["sum"]["lost_packets"]
        bits = arrived * int(options[options.index("-l") + 1]) * 8
        return {"gbit": bits / end["sum"]["seconds"] / 1e9, "cpu_per_gbit": cpu / (bits / 1e9), "packets": arrived / end["sum"]["seconds"]}
    received = end["sum_received"]
    return {"gbit": received["bits_per_second"] / 1e9, "cpu_per_gbit": cpu / (received["bytes"] * 8 / 1e9)}


def ping(tunnel, count):
    """Round trips of a flood of pings, one at a time, in microseconds."""
    done = subprocess.run(tunnel.inside(0, "ping", "-f", "-q", "-c", count, FAR), capture_output=True, text=True, timeout=60, check=False)
    found = re.search(r"= ([0-9.]+)/([0-9.]+)/([0-9.]+)/", done.stdout)
    if not found:
        raise RuntimeError("ping: %s%s" % (done.stdout, done.stderr))
    return {"us": float(found[2]) * 1000}


def measure(program, args):
    tunnel = Tunnel(program, args.wgsim, ["10.1.0.0", FAR])
    try:
        found = {name: iperf(tunnel, options, args.seconds) for name, options in STREAMS.items()}
        found["ping"] = ping(tunnel, 2000)
        return found
    finally:
        tunnel.close()


def middle(runs, name, key):
    return statistics.median(run[name][key] for run in runs)


# What a row is: title, measurement, number of it, its unit, whether more is better.
ROWS = ([(name, name, "gbit", "Gbit/s", True) for name in STREAMS if "64" not in name] +
        [(name + ", CPU", name, "cpu_per_gbit", "s/Gbit", False) for name in STREAMS if "64" not in name] +
        [("UDP, 64 bytes", "UDP, 64 bytes", "packets", "packets/s", True), ("ping flood, round trip", "ping", "us", "us", False)])


def table(programs, runs):
    """The medians, and how many times better the first program is than each other one."""
    lines = ["| | %s |" % " | ".join(programs + ["first : " + program for program in programs[1:]]),
             "|---|" + "--:|" * (2 * len(programs) - 1)]
    for title, name, key, unit, more in ROWS:
        values = [middle(runs[program], name, key) for program in programs]
        digits = "%.0f" if key in ("packets", "us") else "%.3f"
        ratios = ["%.2f" % (values[0] / value if more else value / values[0]) for value in values[1:]]
        lines.append("| %s, %s | %s |" % (title, unit, " | ".join([digits % value for value in values] + ratios)))
    return "\n".join(lines) + "\n"


def main(words):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", action="append", help="live (with flags, if any), wireguard-go, or a path; default: the first two")
    parser.add_argument("--seconds", type=int, default=5, help="of each stream")
    parser.add_argument("--repeat", type=int, default=5, help="turns")
    parser.add_argument("--wgsim", default="bazel-bin/tools/wgsim", help="the program, built with -c opt")
    parser.add_argument("--json", help="writes everything to this file")
    args = parser.parse_args(words)
    reason = obstacle() or ("" if shutil.which("iperf3") else "iperf3 is not installed (package iperf3)")
    if reason:
        print("throughput: " + reason, file=sys.stderr)
        return 3
    args.wgsim = os.path.abspath(args.wgsim)
    programs = args.program or ["live", "wireguard-go"]
    runs = {program: [] for program in programs}
    for turn in range(args.repeat):
        for program in programs:
            print("turn %d of %d: %s ..." % (turn + 1, args.repeat, program), file=sys.stderr, flush=True)
            runs[program].append(measure(program, args))
    if args.json:
        with open(args.json, "w", encoding="ascii") as file:
            json.dump(runs, file, indent=1)
    print(table(programs, runs), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
