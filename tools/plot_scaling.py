#!/usr/bin/python3
# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Draws the plots of docs/MODEL.md from the scaling scenarios: tools/plot_scaling.py [WGSIM] [OUT_DIR].

WGSIM: the program (bazel-bin/tools/wgsim). OUT_DIR: docs/. Needs Debian's python3-matplotlib; nothing else in the tree does.
"""

import json
import re
import subprocess
import sys
import tempfile

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

PAYLOAD_BITS = 1372 * 8
STARTS = 0.02  # the streams of the scaling scenarios, in seconds


def run(wgsim, scenario, *more):
    """The variants of one scenario's result, by name. What does not hold is none of a plot's business."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        subprocess.run([wgsim, "run", f"scenarios/{scenario}.textproto", "--crypto=modelled",
                        f"--json={out.name}", "--quiet", *more], check=False, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        result = json.load(open(out.name))
        seconds = result["virtual_seconds"] - STARTS
        for variant in result["variants"]:
            variant["packets_per_second"] = int(variant["bystanders"]["delivered"]) / seconds
        return {v["name"]: v for v in result["variants"]}


def gbits(variant):
    return variant["packets_per_second"] * PAYLOAD_BITS / 1e9


def series(variants, prefix):
    """(number in the name, variant), ascending, of the variants called PREFIX<number>."""
    found = []
    for name, variant in variants.items():
        match = re.fullmatch(prefix + r"(\d+)", name)
        if match:
            found.append((int(match.group(1)), variant))
    return sorted(found, key=lambda pair: pair[0])


def draw_throughput(wgsim, axes):
    one_flow = series(run(wgsim, "scaling_one_flow"), "c")
    one_peer = series(run(wgsim, "scaling_one_peer"), "c")
    peers = run(wgsim, "scaling_many_peers", "--set=duration=120ms")
    for points, label, style in (
            (series(peers, "threads"), "16 peers, polled in threads", "o-"),
            (series(peers, "softirq"), "16 peers, polled in softirq", "s-"),
            (one_peer, "16 flows, one peer", "^-"),
            (one_flow, "one flow", "v-")):
        axes.plot([n for n, _ in points], [gbits(v) for _, v in points], style, label=label, markersize=4)
    axes.plot([32], [48], "k*", markersize=9, label="published, threads (16 tunnels)")
    axes.plot([32], [13], "k+", markersize=9, label="published, softirq (16 tunnels)")
    axes.set_xscale("log", base=2)
    axes.set_xticks([1, 2, 4, 8, 16, 32], ["1", "2", "4", "8", "16", "32"])
    axes.set_xlabel("cores of the receiver")
    axes.set_ylabel("delivered, Gbit/s of payload")
    axes.set_title("Throughput against cores")
    axes.legend(fontsize=7)


def draw_receive(wgsim, axes):
    variants = run(wgsim, "receive_one_core")
    for prefix, label, style in (("threads", "polled in threads", "o-"), ("softirq", "polled in softirq", "s-")):
        points = series(variants, prefix)
        axes.plot([n for n, _ in points],
                  [v["packets_per_second"] / 1e3 for _, v in points], style, label=label,
                  markersize=4)
    axes.axvline(180, color="k", linestyle=":", label="published: drops above about 180")
    axes.set_xlabel("offered, thousand packets a second")
    axes.set_ylabel("delivered, thousand packets a second")
    axes.set_title("One tunnel into a node with a firewall")
    axes.legend(fontsize=7)


def draw_head_of_line(wgsim, axes):
    variants = run(wgsim, "head_of_line")
    names = list(variants)
    axes.bar(names, [variants[n]["bystanders"]["delay_us"]["p99"] for n in names], label="99th percentile")
    axes.plot(names, [variants[n]["bystanders"]["delay_us"]["p50"] for n in names], "k_", markersize=20,
              label="median")
    axes.set_ylabel("delay, us")
    axes.set_title("One slow core of four")
    axes.legend(fontsize=7)


def main():
    wgsim = sys.argv[1] if len(sys.argv) > 1 else "bazel-bin/tools/wgsim"
    out = sys.argv[2] if len(sys.argv) > 2 else "docs"
    matplotlib.rcParams["svg.hashsalt"] = "wgsim"  # the same bytes each time
    figure, axes = plt.subplots(1, 3, figsize=(13, 4))
    draw_throughput(wgsim, axes[0])
    draw_receive(wgsim, axes[1])
    draw_head_of_line(wgsim, axes[2])
    for one in axes:
        one.set_ylim(bottom=0)
        one.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(f"{out}/scaling.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
