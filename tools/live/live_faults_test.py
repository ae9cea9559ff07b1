# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""wgsim live when something around it breaks: it goes on as soon as that is mended, and keeps its memory."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import unittest

from tools.live import live_test

# Memory that was given back counts as given back.
os.environ["ASAN_OPTIONS"] += ":quarantine_size_mb=1"
PEERS = 2000
SECONDS_OF_GARBAGE = float(os.environ.get("WGSIM_GARBAGE_SECONDS", "4"))
# Sends what no peer of anybody's sends, as fast as it can, for so many seconds.
BLAST = """
import os, random, socket, sys, time
to, seconds = (sys.argv[1], int(sys.argv[2])), float(sys.argv[3])
chance, sock = random.Random(1), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
def one():
    kind = chance.randrange(6)
    size = {1: 148, 2: 92, 3: 64, 4: chance.choice((32, 128, 1452))}.get(kind, chance.randrange(1, 1500))
    return bytes([kind, 0, 0, 0])[:size] + chance.randbytes(max(size - 4, 0))
datagrams, sent, end = [one() for _ in range(5000)], 0, time.monotonic() + seconds
while time.monotonic() < end:
    for datagram in datagrams[:500]:
        sock.sendto(datagram, to)
        sent += 1
    datagrams = datagrams[500:] + datagrams[:500]
print(sent)
"""


@unittest.skipIf(live_test.OBSTACLE, live_test.OBSTACLE)
class Faults(live_test.Live):
    def setUp(self):
        super().setUp()
        self.bring_up()
        self.reaches(0, "10.99.0.2", times=1)

    def silent(self):
        self.assertNotEqual(self.inside(0, "ping", "-c", "1", "-W", "1", "10.99.0.2", ok=False).returncode, 0)

    def until_it_reaches(self):
        live_test.until(lambda: self.inside(0, "ping", "-c", "1", "-W", "1", "10.99.0.2", ok=False).returncode == 0, "a packet and its answer")

    def resident_kib(self, side):
        with open("/proc/%d/status" % self.processes[side].pid, encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1])

    def test_a_peer_that_vanishes_and_comes_back(self):
        self.processes[1].kill()
        self.processes[1].wait()
        self.silent()
        self.start(1)
        self.wg(1, "set private-key %s listen-port 51821" % self.keys[1][0])
        self.peer(1, "endpoint 192.0.2.1:51820 persistent-keepalive 1")
        self.ip(1, "addr add 10.99.0.2/24 dev %s" % self.names[1])
        self.ip(1, "link set %s up" % self.names[1])
        self.until_it_reaches()

    def test_a_link_that_flaps(self):
        for _ in range(3):
            self.ip(1, "link set out down")
            self.silent()
            self.ip(1, "link set out up")
            self.until_it_reaches()

    def test_a_host_that_gets_another_address(self):
        self.ip(0, "addr del 192.0.2.1/24 dev out")
        self.silent()
        self.ip(0, "addr add 192.0.2.77/24 dev out")
        self.until_it_reaches()
        self.assertIn("192.0.2.77:51820", self.inside(1, "wg", "show", self.names[1], "endpoints").stdout)

    def test_a_route_that_refuses(self):
        for kind in ("prohibit", "unreachable", "blackhole"):  # EACCES, EHOSTUNREACH, EINVAL
            self.ip(0, "route add %s 192.0.2.2/32" % kind)
            self.silent()
            self.ip(0, "route del %s 192.0.2.2/32" % kind)
            self.until_it_reaches()

    def test_an_interface_that_goes_down_and_up(self):
        self.ip(0, "link set %s down" % self.names[0])
        self.silent()
        self.ip(0, "link set %s up" % self.names[0])
        self.until_it_reaches()

    def test_a_program_that_was_stopped_for_a_while(self):
        self.processes[0].send_signal(signal.SIGSTOP)
        time.sleep(2)
        self.processes[0].send_signal(signal.SIGCONT)
        self.until_it_reaches()

    def test_garbage_costs_no_memory_and_no_packet_that_is_none(self):
        self.inside(1, sys.executable, "-c", BLAST, "192.0.2.1", "51820", "0.5")
        before = self.resident_kib(0)
        blast = subprocess.Popen(["ip", "netns", "exec", self.netns[1], sys.executable, "-c", BLAST, "192.0.2.1", "51820",
                                  str(SECONDS_OF_GARBAGE)], stdout=subprocess.PIPE, text=True)
        answered = 0
        while blast.poll() is None:
            answered += self.inside(0, "ping", "-c", "1", "-W", "1", "10.99.0.2", ok=False).returncode == 0
        self.assertGreater(int(blast.stdout.read()), 10000)
        blast.stdout.close()
        self.assertGreater(answered, 0)
        self.until_it_reaches()
        self.assertLess(self.resident_kib(0), before + 16384)

    def test_thousands_of_peers(self):
        chance = random.Random(1)
        path = "/var/run/wireguard/%s.sock" % self.names[0]
        lines = ["set=1"]
        for number in range(PEERS):
            lines += ["public_key=" + chance.randbytes(31).hex() + "%02x" % (chance.randrange(127) + 1), "endpoint=192.0.2.2:9",
                      "allowed_ip=10.%d.%d.0/24" % (100 + (number >> 8), number & 255)]
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
            sock.settimeout(live_test.PATIENCE)
            sock.connect(path)
            sock.sendall(("\n".join(lines) + "\n\n").encode())
            self.assertEqual(sock.recv(100), b"errno=0\n\n")
        self.assertEqual(len(self.inside(0, "wg", "show", self.names[0], "peers").stdout.splitlines()), PEERS + 1)
        self.reaches(0, "10.99.0.2")
        # Packets for all of them: as many handshakes begin, and nobody answers.
        sender = ("import socket\nsock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\nfor n in range(%d):\n"
                  "    sock.sendto(b'x', ('10.%%d.%%d.1' %% (100 + (n >> 8), n & 255), 9))\n" % PEERS)
        self.ip(0, "route add 10.96.0.0/11 dev %s" % self.names[0])
        self.inside(0, sys.executable, "-c", sender)
        # So many at once are more than the interface's queue holds; what comes later passes.
        self.until_it_reaches()
        self.reaches(0, "10.99.0.2")


if __name__ == "__main__":
    unittest.main()
