#!/usr/bin/python3
# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""The experiment that wgsim exists for, on real programs: packets to an address that nobody means to touch, while the list that it
is in is rewritten; beside what the simulator predicts for the same.

    tools/bench/live/seed_experiment.py                            wireguard-go and wgsim live, lists of 2, 110 and 1000: ten minutes
    tools/bench/live/seed_experiment.py --program=live --sizes=2 --seconds=2

Two network namespaces joined by a veth pair, the program in both. A paced stream of UDP goes from one to the last address of the other's
list, while the list is written again and again over the text protocol: without one other address, and with it, in turn. REPLACE
sends the whole list (replace_allowed_ips); REMOVE takes the one address away (allowed_ip=-) and adds it. Counted are packets that the sender
was refused, and packets that never arrived, less what is lost in the same time without rewriting.

Two numbers of the prediction are this machine's: what a request and what an address cost wireguard-go, from requests of two lengths while
nothing is sent. All else is as in cost_models/wireguard_go.textproto, and nothing is fitted to what was lost. Needs root and /dev/net/tun.
"""

import argparse
import json
import os
import re
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from tunnel import Tunnel, obstacle  # noqa: E402

PORT = 7000
HEADER = struct.Struct("!Q")
# How the programs' requests change the table, for the prediction: by method. wgsim live does a whole
# request between two packets, as BORINGTUN does, which has no way to remove one address.
IMPLEMENTATIONS = {"wireguard-go": {"REPLACE": "WIREGUARD_GO", "REMOVE": "WIREGUARD_GO"},
                   "live": {"REPLACE": "BORINGTUN", "REMOVE": "LINUX_6_16"}}
SHORT, LONG = 16, 500  # lengths of the requests that tell the prices
QUIET_REQUESTS = 40


def address(index):
    """Of the list: 10.1.0.0 and on."""
    return "10.1.%d.%d" % (index >> 8, index & 255)


def send(to, rate, seconds):
    """A paced stream; how many the stack took, and how many it refused."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.IPPROTO_IP, 11, 1)  # IP_RECVERR: refusals are told
    sock.connect((to, PORT))
    packet = bytes(1024 - HEADER.size)
    sent, refused = 0, 0
    start = time.perf_counter()
    while True:
        now = time.perf_counter() - start
        if now >= seconds:
            return {"sent": sent, "refused": refused}
        if (sent + refused) / rate > now:
            continue
        try:
            sock.send(HEADER.pack(sent) + packet)
            sent += 1
        except OSError:
            refused += 1


def receive(seconds):
    """What arrives until nothing has for a second."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUFFORCE if hasattr(socket, "SO_RCVBUFFORCE") else 33, 64 << 20)
    sock.bind(("0.0.0.0", PORT))
    print("ready", flush=True)
    sock.settimeout(seconds + 5)
    received = 0
    try:
        while True:
            sock.recv(2048)
            received += 1
            sock.settimeout(1)
    except TimeoutError:
        return {"received": received}


def rewrite(tunnel, size, method, without):
    """The list without the first address, or with it. Says whether the program understood, and how long it took."""
    if method == "REPLACE":
        lines = "replace_allowed_ips=true\n" + "".join("allowed_ip=%s/32\n" % address(i) for i in range(1 if without else 0, size))
    else:
        lines = "allowed_ip=%s%s/32\n" % ("-" if without else "", address(0))
    request = "set=1\npublic_key=%s\nupdate_only=true\n%s\n" % (tunnel.keys[1][1], lines)
    start = time.perf_counter()
    answer = tunnel.ask(0, request)
    return "errno=0" in answer, time.perf_counter() - start


def start(tunnel, side, *words):
    """This script, in that namespace."""
    return subprocess.Popen(tunnel.inside(side, sys.executable, os.path.abspath(__file__), *words), stdout=subprocess.PIPE, text=True)


def measure(program, wgsim, size, method, args):
    """Refused and lost per rewrite; None: the program does not know the method."""
    tunnel = Tunnel(program, wgsim, [address(i) for i in range(size)])
    try:
        if method != "NONE" and not rewrite(tunnel, size, method, True)[0]:
            return None
        if method != "NONE":
            rewrite(tunnel, size, method, False)
        receiver = start(tunnel, 1, "--receive", args.seconds)
        receiver.stdout.readline()
        sender = start(tunnel, 0, "--send", address(size - 1), args.rate, args.seconds)
        end = time.monotonic() + args.seconds - 0.5
        time.sleep(0.3)
        took = []
        while time.monotonic() < end and method != "NONE":
            took.append(rewrite(tunnel, size, method, len(took) % 2 == 0)[1])
            time.sleep(args.period)
        sent = json.loads(sender.stdout.read())
        received = json.loads(receiver.stdout.read())["received"]
        if sent["refused"] > 0 and method == "NONE":
            raise RuntimeError("packets are refused without any rewriting")
        return {"rewrites": len(took), "sent": sent["sent"], "refused": sent["refused"], "lost": sent["sent"] - received,
                "request_us": statistics.median(took) * 1e6 if took else None, "rate": (sent["sent"] + sent["refused"]) / args.seconds}
    finally:
        tunnel.close()


def quiet_request(tunnel, size):
    """Seconds that replacing a list of this length by itself takes while nothing is sent."""
    return statistics.median(rewrite(tunnel, size, "REPLACE", False)[1] for _ in range(QUIET_REQUESTS))


def calibrate(program, wgsim):
    """The prices of a request and of an address, in nanoseconds."""
    tunnel = Tunnel(program, wgsim, [address(i) for i in range(LONG)])
    try:
        short, long = (quiet_request(tunnel, size) for size in (SHORT, LONG))
    finally:
        tunnel.close()
    each = (long - short) / (LONG - SHORT)
    return {"request_ns": max(round((short - SHORT * each) * 1e9), 0), "address_ns": round(each * 1e9)}


PRICES = """name: "this_machine"
base: "wireguard_go"
description: "wireguard-go on the machine of the experiment, while nothing is sent."
prices { name: "netlink_message" fixed_ns: %(request_ns)d per_unit_ps: 0 unit: "byte" source: "measured: requests of two lengths" }
prices { name: "insert_allowed_ip" fixed_ns: %(address_ns)d per_unit_ps: 0 unit: "trie node" source: "measured: requests of two lengths" }
prices { name: "remove_allowed_ip" fixed_ns: 0 per_unit_ps: 0 unit: "trie node" source: "by definition: in insert_allowed_ip" }
"""


SCENARIO = """name: "seed_experiment"
description: "The measurement's twin."
implementation: %(implementation)s
duration: "%(duration)dms"
cost_model: "./prices.textproto"
hosts { name: "a" cores: 2 addresses: "192.0.2.1" }
hosts { name: "b" cores: 2 addresses: "192.0.2.2" }
links { a: "a" b: "b" rate: "10Gbit/s" delay: "10us" }
wireguard { host: "a" addresses: "10.0.0.1" mesh: true }
wireguard { host: "b" addresses: "10.0.0.2" mesh: true }
pods { name: "pod" host: "b" prefix: "10.1.0.0/16" count: %(size)d }
flows { name: "stream" from: "a" to: "b/pod%(last)d" stream { payload_bytes: 1024 rate: "%(rate)d/s" spacing: POISSON } }
actions { name: "take" at: "50ms" every: "20ms" times: %(times)d reconfigure { host: "a" peer: "b" remove: "10.1.0.1" } }
actions { name: "give" at: "60ms" every: "20ms" times: %(times)d reconfigure { host: "a" peer: "b" add: "10.1.0.1" } }
managers { host: "a" splitting: WHOLE }
variants { name: "it" method: %(method)s }
"""


def predict(program, wgsim, size, method, rate, prices):
    """Lost and refused per rewrite, as the simulator has it; `prices` as calibrate() says."""
    times = 100
    with tempfile.TemporaryDirectory() as folder:
        scenario, out = os.path.join(folder, "seed.textproto"), os.path.join(folder, "seed.json")
        with open(os.path.join(folder, "prices.textproto"), "w", encoding="ascii") as file:
            file.write(PRICES % prices)
        with open(scenario, "w", encoding="ascii") as file:
            file.write(SCENARIO % {"implementation": IMPLEMENTATIONS[program][method], "duration": 100 + 20 * times, "size": size, "last": size - 1, "rate": rate, "times": times,
                                   "method": {"REPLACE": "REPLACE", "REMOVE": "REMOVE_ME"}[method]})
        done = subprocess.run([wgsim, "run", scenario, "--quiet", "--json=" + out], capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stderr)
        with open(out, encoding="utf-8") as file:
            variant = json.load(file)["variants"][0]
    bystanders = variant["bystanders"]
    gone = int(bystanders["offered"]) - int(bystanders["delivered"])
    refused = int(bystanders.get("refused", 0))
    return {"refused": refused / (2 * times), "lost": (gone - refused) / (2 * times)}


def table(rows):
    lines = ["| program | method | list | rewrites | request p50 | refused per rewrite | lost per rewrite | predicted | ratio |",
             "|---|---|--:|--:|--:|--:|--:|--:|--:|"]
    for row in rows:
        head = "| %s | %s | %d | " % (row["program"], row["method"], row["size"])
        if row["measured"] is None:
            lines.append(head + "not known to it | | | | | |")
            continue
        seen, foretold = row["measured"], row["predicted"]
        count = max(seen["rewrites"], 1)
        lost = max(seen["lost"] - row["otherwise"], 0)
        mine, theirs = (lost + seen["refused"]) / count, foretold["lost"] + foretold["refused"]
        ratio = "both 0" if mine == theirs == 0 else "%.2f" % (mine / theirs) if theirs else "–"
        lines.append(head + "%d | %.0f us | %.3f | %.3f | %.3f | %s |" % (
            seen["rewrites"], seen["request_us"] or 0, seen["refused"] / count, lost / count, theirs, ratio))
    lines += ["", "Lost without rewriting, in the time of one measurement: " + ", ".join(
        "%s %d" % pair for pair in sorted({row["program"]: row["otherwise"] for row in rows}.items())) + "."]
    lines += ["Prices for the prediction, ns for a request and for each address: " + ", ".join(
        "%s %d and %d" % pair for pair in sorted((row["program"], row["prices"]["request_ns"], row["prices"]["address_ns"])
                                                 for row in rows if row["size"] == rows[0]["size"] and row["method"] == "REPLACE")) + "."]
    return "\n".join(lines) + "\n"


def arguments(words):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", action="append", choices=sorted(IMPLEMENTATIONS), help="default: all")
    parser.add_argument("--sizes", default="2,110,1000", help="lengths of the list")
    parser.add_argument("--rate", type=int, default=5000, help="packets a second")
    parser.add_argument("--seconds", type=float, default=20, help="of each measurement")
    parser.add_argument("--period", type=float, default=0.01, help="seconds between a rewrite's end and the next one's beginning")
    parser.add_argument("--wgsim", default="bazel-bin/tools/wgsim", help="the program")
    parser.add_argument("--json", help="writes everything to this file")
    parser.add_argument("--send", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--receive", help=argparse.SUPPRESS)
    return parser.parse_args(words)


def main(words):
    args = arguments(words)
    if args.send:
        print(json.dumps(send(args.send[0], float(args.send[1]), float(args.send[2]))))
        return 0
    if args.receive:
        print(json.dumps(receive(float(args.receive))))
        return 0
    if not re.fullmatch(r"\d+(,\d+)*", args.sizes) or not all(2 <= int(size) <= 60000 for size in args.sizes.split(",")):
        print("seed_experiment: --sizes=%s: write lengths from 2 to 60000, as 2,110" % args.sizes, file=sys.stderr)
        return 2
    if obstacle():
        print("seed_experiment: " + obstacle(), file=sys.stderr)
        return 3
    args.wgsim = os.path.abspath(args.wgsim)
    rows = []
    for program in args.program or sorted(IMPLEMENTATIONS, reverse=True):
        print("%s, without rewriting ..." % program, file=sys.stderr, flush=True)
        otherwise = measure(program, args.wgsim, 2, "NONE", args)["lost"]
        prices = calibrate(program, args.wgsim)
        for method in ("REPLACE", "REMOVE"):
            for size in map(int, args.sizes.split(",")):
                print("%s, %s, %d ..." % (program, method, size), file=sys.stderr, flush=True)
                measured = measure(program, args.wgsim, size, method, args)
                predicted = predict(program, args.wgsim, size, method, round(measured["rate"]), prices) if measured else None
                rows.append({"program": program, "method": method, "size": size, "measured": measured, "predicted": predicted, "otherwise": otherwise, "prices": prices})
    if args.json:
        with open(args.json, "w", encoding="ascii") as file:
            json.dump(rows, file, indent=1)
    print(table(rows), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
