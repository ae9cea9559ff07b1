#!/usr/bin/python3
# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""wgsim live against wireguard-go for hours, while it is reconfigured at random under traffic.

    tools/bench/live/soak.py --minutes=60 [--seed=1] [--far=live]

After every change packets have to pass within seconds, and what the program says of its configuration has to be what it was told. At the
end of ten minutes and more its memory must not have grown by more than a half since the tenth part of the time; in less, what is kept
for use again is still being collected. The same seed makes the same changes. Needs root and /dev/net/tun. Exit code 0: all held; 1:
something did not, and what is said.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from tunnel import Tunnel, obstacle, run  # noqa: E402

NEAR, FAR = "10.0.0.1", "10.1.0.0"
PATIENCE = 25  # seconds: a handshake that begins anew waits 5, and one that is not answered 15 more
SETTLES = 10  # minutes


class Soak:
    """Side 0 is ours, and what is changed; `allowed`, `others` and `interval` are what it was told."""

    def __init__(self, tunnel, seed):
        self.tunnel = tunnel
        self.random = random.Random(seed)
        self.allowed = {FAR + "/32"}
        self.others = set()
        self.interval = 0
        self.psk = "0" * 64
        self.far_port = 51820

    def tell(self, side, text):
        answer = self.tunnel.ask(side, "set=1\n%s\n" % text)
        if "errno=0\n" not in answer:
            raise AssertionError("refused: %r: %r" % (text, answer))

    def peer(self, side, text):
        self.tell(side, "public_key=%s\n%s" % (self.tunnel.keys[1 - side][1], text))

    def some(self):
        return {"10.%d.%d.0/24" % (self.random.randrange(2, 200), self.random.randrange(256)) for _ in range(self.random.randrange(1, 200))}

    # The changes.
    def replace(self):
        self.allowed = {FAR + "/32"} | self.some()
        self.peer(0, "replace_allowed_ips=true\n" + "".join("allowed_ip=%s\n" % one for one in sorted(self.allowed)))

    def add(self):
        more = self.some()
        self.allowed |= more
        self.peer(0, "".join("allowed_ip=%s\n" % one for one in sorted(more)))

    def remove(self):
        less = {one for one in sorted(self.allowed) if one != FAR + "/32" and self.random.random() < 0.5}
        self.allowed -= less
        self.peer(0, "".join("allowed_ip=-%s\n" % one for one in sorted(less)))

    def other_peers(self):
        new = {"%064x" % self.random.getrandbits(254) for _ in range(50)}
        gone = {one for one in sorted(self.others) if self.random.random() < 0.7}
        self.tell(0, "".join("public_key=%s\npersistent_keepalive_interval=%d\n" % (one, self.random.choice((0, 25))) for one in sorted(new)) +
                  "".join("public_key=%s\nremove=true\n" % one for one in sorted(gone - new)))
        self.others = (self.others | new) - (gone - new)

    def keepalive(self):
        self.interval = self.random.choice((0, 1, 25))
        self.peer(0, "persistent_keepalive_interval=%d\n" % self.interval)

    def secret(self):
        self.psk = "%064x" % self.random.getrandbits(255)
        for side in (0, 1):
            self.peer(side, "preshared_key=%s\n" % self.psk)

    def port(self):
        self.tell(0, "listen_port=%d\n" % self.random.randrange(30000, 40000))

    def far_port_change(self):
        self.far_port = self.random.randrange(40000, 50000)
        self.tell(1, "listen_port=%d\n" % self.far_port)
        self.peer(0, "endpoint=192.0.2.2:%d\n" % self.far_port)

    def forget_and_meet(self):
        self.peer(0, "remove=true\n")
        self.peer(0, "endpoint=192.0.2.2:%d\npreshared_key=%s\npersistent_keepalive_interval=%d\n%s" % (
            self.far_port, self.psk, self.interval, "".join("allowed_ip=%s\n" % one for one in sorted(self.allowed))))

    def down_and_up(self):
        run("ip", "-n", self.tunnel.netns[0], "link", "set", self.tunnel.names[0], "down")
        run("ip", "-n", self.tunnel.netns[0], "link", "set", self.tunnel.names[0], "up")
        run("ip", "-n", self.tunnel.netns[0], "route", "replace", "10.1.0.0/16", "dev", self.tunnel.names[0], "src", NEAR)

    CHANGES = (replace, replace, add, add, remove, remove, other_peers, keepalive, secret, port, far_port_change, forget_and_meet, down_and_up)

    def passes(self):
        """Seconds until a packet has come and gone; None: none has in all that time."""
        start = time.monotonic()
        while time.monotonic() < start + PATIENCE:
            done = subprocess.run(self.tunnel.inside(0, "ping", "-c", "1", "-W", "1", FAR), capture_output=True, check=False)
            if done.returncode == 0:
                return time.monotonic() - start
        return None

    def check(self):
        """What it says of itself."""
        answer = self.tunnel.ask(0, "get=1\n\n")
        peers = {block[:64]: block for block in answer.split("public_key=")[1:]}
        wanted = {self.tunnel.keys[1][1]} | self.others
        if set(peers) != wanted:
            raise AssertionError("peers: %d are listed, %d were told" % (len(peers), len(wanted)))
        listed = set(re.findall(r"^allowed_ip=(.*)$", peers[self.tunnel.keys[1][1]], flags=re.M))
        if listed != self.allowed:
            raise AssertionError("allowed ips: %s are wrong" % sorted(listed ^ self.allowed)[:5])


def soak(tunnel, args):
    """None, or what did not hold."""
    it = Soak(tunnel, args.seed)
    traffic = subprocess.Popen(tunnel.inside(0, "ping", "-q", "-i", "0.02", "-s", "1000", FAR), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    start, number, longest, settled = time.monotonic(), 0, 0.0, None
    told = start
    try:
        while time.monotonic() < start + args.minutes * 60:
            change = it.random.choice(Soak.CHANGES)
            change(it)
            number += 1
            waited = it.passes()
            if waited is None:
                return "change %d (%s): nothing passes for %d s" % (number, change.__name__, PATIENCE)
            longest = max(longest, waited)
            it.check()
            if tunnel.processes[0].poll() is not None:
                return "change %d (%s): the program has ended: %s" % (number, change.__name__, tunnel.processes[0].returncode)
            done = (time.monotonic() - start) / (args.minutes * 60)
            if settled is None and done > 0.1:
                settled = tunnel.resident_kib(0)
            if time.monotonic() > told + 60:
                told = time.monotonic()
                print("%.0f min, %d changes, longest silence %.1f s, %d KiB" % ((told - start) / 60, number, longest, tunnel.resident_kib(0)),
                      file=sys.stderr, flush=True)
            time.sleep(it.random.random() * 0.2)
    except AssertionError as error:
        return "change %d (%s): %s" % (number, change.__name__, error)
    finally:
        traffic.kill()
        traffic.wait()
    now = tunnel.resident_kib(0)
    print("%d changes in %.1f min, the longest silence %.1f s, memory %d KiB (%d KiB after a tenth of the time)" % (
        number, args.minutes, longest, now, settled or now))
    if args.minutes >= SETTLES and settled and now > settled * 1.5:
        return "memory has grown from %d to %d KiB" % (settled, now)
    return None


def main(words):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--far", default="wireguard-go", help="the other end: wireguard-go, live, or a path")
    parser.add_argument("--wgsim", default="bazel-bin/tools/wgsim", help="the program")
    args = parser.parse_args(words)
    if obstacle():
        print("soak: " + obstacle(), file=sys.stderr)
        return 3
    tunnel = Tunnel(("live", args.far), os.path.abspath(args.wgsim), [FAR])
    try:
        fault = soak(tunnel, args)
    finally:
        tunnel.close()
    if fault:
        print("soak: seed %d: %s" % (args.seed, fault), file=sys.stderr)
    return 1 if fault else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
