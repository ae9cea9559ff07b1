# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Handshakes of wgsim live with itself and with wireguard-go, read off the wire: with cookies while one of them is under load, and after
two minutes of use. The latter takes two minutes for each pair: WGSIM_SLOW=1."""

import base64
import os
import signal
import subprocess
import sys
import time
import unittest

from tools.live import live_test

# Sends a thousand initiations with the right mac1 and nothing else that is right, so many times.
LOAD = """
import hashlib, random, socket, sys, time
to, key, times = (sys.argv[1], int(sys.argv[2])), bytes.fromhex(sys.argv[3]), int(sys.argv[4])
chance, sock = random.Random(1), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
secret = hashlib.blake2s(b"mac1----" + key).digest()
def initiation():
    body = bytes([1, 0, 0, 0]) + chance.randbytes(112)
    return body + hashlib.blake2s(body, digest_size=16, key=secret).digest() + bytes(16)
some = [initiation() for _ in range(1000)]
print("up", flush=True)
for _ in range(times):
    for one in some:
        sock.sendto(one, to)
    time.sleep(0.3)
"""

# A line for each message of a handshake between the two: who sends it, its type, whether it has a mac2.
WATCH = """
import socket
sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
sock.bind(("out", 3))
print("up", flush=True)
while True:
    packet = sock.recv(65536)
    if packet[0] != 0x45 or packet[9] != 17:
        continue
    ports = tuple(int.from_bytes(packet[at:at + 2], "big") for at in (20, 22))
    message = packet[28:]
    if sorted(ports) == [51820, 51821] and message[0] in (1, 2, 3):
        mac2 = message[0] != 3 and any(message[-16:])
        print(ports[0] - 51820, ("initiation", "response", "cookie")[message[0] - 1] + (" with mac2" if mac2 else ""), flush=True)
"""


@unittest.skipIf(live_test.OBSTACLE, live_test.OBSTACLE)
class Handshakes(live_test.Live):
    """Side 0 begins."""

    def background(self, side, script, *words):
        """The process, when it is ready. It ends with the test."""
        process = subprocess.Popen(["ip", "netns", "exec", self.netns[side], sys.executable, "-c", script, *words],
                                   stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), "up\n")
        return process

    def seen(self, watch):
        watch.send_signal(signal.SIGTERM)
        return [line.strip() for line in watch.stdout]

    def test_one_that_is_under_load_is_reached_by_way_of_a_cookie(self):
        self.bring_up()
        watch = self.background(0, WATCH)
        load = ["192.0.2.2", "51821", base64.b64decode(self.keys[1][1]).hex()]
        if self.programs[1] == "wireguard-go":  # what its socket holds it can cope with, so more keeps coming
            flood = self.background(0, LOAD, *load, "100")
            time.sleep(1)
        else:  # all of it waits when the program goes on, and the one that matters is the last
            self.processes[1].send_signal(signal.SIGSTOP)
            self.inside(0, sys.executable, "-c", LOAD, *load, "1")
            flood = None
        with subprocess.Popen(["ip", "netns", "exec", self.netns[0], "ping", "-c", "1", "-W", "25", "10.99.0.2"],
                              stdout=subprocess.PIPE, text=True) as ping:
            seen = [watch.stdout.readline().strip()]
            self.processes[1].send_signal(signal.SIGCONT)
            while seen[-1] == "0 initiation":
                seen.append(watch.stdout.readline().strip())
            if flood:
                flood.kill()
            said = ping.communicate()[0]
        seen += self.seen(watch)
        self.assertEqual(ping.returncode, 0, "%s\n%s" % (said, seen))
        if self.programs[1] == "wireguard-go" and "1 cookie" not in seen:
            self.skipTest("wireguard-go kept up with the load: %s" % seen)
        rest = iter(seen)  # others in between were lost, and sent again five seconds later
        for one in ("0 initiation", "1 cookie", "0 initiation with mac2", "1 response"):
            self.assertIn(one, rest, seen)

    @unittest.skipUnless(os.environ.get("WGSIM_SLOW"), "takes two minutes: WGSIM_SLOW=1")
    def test_after_two_minutes_of_use_there_are_new_keys_and_no_packet_was_lost(self):
        self.bring_up()
        self.reaches(0, "10.99.0.2", times=1)
        watch = self.background(0, WATCH)
        start = time.monotonic()
        while time.monotonic() < start + 130:
            self.reaches(0, "10.99.0.2", times=1)
            time.sleep(0.5)
        self.assertEqual(self.seen(watch), ["0 initiation", "1 response"])


class HandshakesToWireguardGo(Handshakes):
    programs = ("wgsim", "wireguard-go")


class HandshakesFromWireguardGo(Handshakes):
    programs = ("wireguard-go", "wgsim")


if __name__ == "__main__":
    unittest.main()
