# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""wgsim live between network namespaces that the test makes: against itself and against Debian's wireguard-go.

Two hosts, 192.0.2.1 and 192.0.2.2 (2001:db8::1, ::2), joined by a veth pair; in each an interface with 10.99.0.1 or .2 and
fd99::1 or ::2. Where namespaces are not permitted everything is skipped, and the reason is said.
"""

import hashlib
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

# A process that nobody may look into cannot be looked into for leaks either (ptrace).
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"

WGSIM = os.path.abspath("tools/wgsim")
PATIENCE = 20  # seconds; nothing here takes so long
SIDES = (0, 1)


def run(*words, ok=True, **kwargs):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, timeout=PATIENCE, check=False, **kwargs)
    if ok and done.returncode != 0:
        raise AssertionError("%s: exit code %d\n%s%s" % (words, done.returncode, done.stdout, done.stderr))
    return done


def obstacle():
    for program, package in (("ip", "iproute2"), ("wg", "wireguard-tools"), ("ping", "iputils-ping")):
        if shutil.which(program) is None:
            return "%s is not installed (package %s)" % (program, package)
    if not os.path.exists("/dev/net/tun"):
        return "there is no /dev/net/tun"
    name = "wgsimtry%d" % os.getpid()
    done = run("ip", "netns", "add", name, ok=False)
    if done.returncode != 0:
        return "network namespaces are not permitted here: " + done.stderr.strip()
    run("ip", "netns", "del", name)
    return ""


OBSTACLE = obstacle()


def until(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("waited in vain: " + what)
        time.sleep(0.02)


@unittest.skipIf(OBSTACLE, OBSTACLE)
class Live(unittest.TestCase):
    """Two hosts; programs = what serves the interface of each."""

    programs = ("wgsim", "wgsim")

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.netns = ["wgsim%d%s" % (os.getpid(), side) for side in "ab"]
        self.names = ["wgs%d%s" % (os.getpid(), side) for side in "ab"]
        self.processes = [None, None]
        for side in SIDES:
            run("ip", "netns", "add", self.netns[side])
            self.addCleanup(run, "ip", "netns", "del", self.netns[side])
        run("ip", "link", "add", "out", "netns", self.netns[0], "type", "veth", "peer", "name", "out", "netns", self.netns[1])
        self.keys = []
        for side in SIDES:
            self.ip(side, "link set lo up")
            self.ip(side, "addr add 192.0.2.%d/24 dev out" % (side + 1))
            self.ip(side, "addr add 2001:db8::%d/64 dev out nodad" % (side + 1))
            self.ip(side, "link set out up")
            private = run("wg", "genkey").stdout
            path = os.path.join(self.folder.name, "key%d" % side)
            with open(path, "w", encoding="ascii") as file:
                file.write(private)
            self.keys.append((path, run("wg", "pubkey", input=private).stdout.strip()))
        for side in SIDES:
            self.start(side)
            self.addCleanup(self.stop, side)

    def ip(self, side, words):
        return run("ip", "-n", self.netns[side], *words.split())

    def inside(self, side, *words, **kwargs):
        return run("ip", "netns", "exec", self.netns[side], *words, **kwargs)

    def wg(self, side, words, **kwargs):
        verb, *rest = words.split()
        return self.inside(side, "wg", verb, self.names[side], *rest, **kwargs).stdout

    def start(self, side):
        live = [WGSIM, "live", "--foreground", "--interface=" + self.names[side]]
        command = {"wgsim": live, "wgsim without offload": live + ["--no_offload"], "wgsim with threads": live + ["--threads=3"],
                   "wgsim recorded": live + ["--threads=2", "--record=" + self.recording(side)],
                   "wireguard-go": ["env", "LOG_LEVEL=error", "wireguard-go", "-f", self.names[side]]}[self.programs[side]]
        quiet = subprocess.DEVNULL if self.programs[side] == "wireguard-go" else None
        self.processes[side] = subprocess.Popen(["ip", "netns", "exec", self.netns[side], *command], stdin=subprocess.DEVNULL,
                                                stderr=quiet)
        if self.programs[side] == "wireguard-go":  # wg removes a socket that refuses it, as this one's does for an instant
            until(lambda: self.inside(side, "ss", "-xlH", "src", self.socket(side)).stdout, "somebody who listens")
        until(lambda: self.inside(side, "wg", "show", self.names[side], ok=False).returncode == 0, "an answer to wg")

    def socket(self, side):
        return "/var/run/wireguard/%s.sock" % self.names[side]

    def recording(self, side):
        return os.path.join(self.folder.name, "recording%d" % side)

    def stop(self, side):
        process = self.processes[side]
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)

    def peer(self, side, more=""):
        """The other side becomes a peer."""
        far = 1 - side
        self.wg(side, "set peer %s allowed-ips 10.99.0.%d/32,fd99::%d/128 %s" % (self.keys[far][1], far + 1, far + 1, more))

    def bring_up(self, endpoint="192.0.2.2", preshared=None):
        """Side 0 knows where side 1 is; side 1 learns it."""
        for side in SIDES:
            self.wg(side, "set private-key %s listen-port %d" % (self.keys[side][0], 51820 + side))
            self.ip(side, "addr add 10.99.0.%d/24 dev %s" % (side + 1, self.names[side]))
            self.ip(side, "addr add fd99::%d/64 dev %s nodad" % (side + 1, self.names[side]))
        secret = " preshared-key " + preshared if preshared else ""
        where = "[%s]" % endpoint if ":" in endpoint else endpoint
        self.peer(0, "endpoint %s:51821%s" % (where, secret))
        self.peer(1, secret)
        for side in SIDES:
            self.ip(side, "link set %s up" % self.names[side])

    def ping(self, side, to, *words, ok=True):
        return self.inside(side, "ping", "-c", "1", "-W", "10", *words, to, ok=ok)

    def reaches(self, side, to, *words, times=3):
        """Each packet arrives and is answered. One at a time: ping gives up early on those that come after an answer."""
        for i in range(times):
            done = self.ping(side, to, *words, ok=False)
            self.assertEqual(done.returncode, 0, "%d: %s" % (i, done.stdout))

    def endpoint(self, side):
        return self.wg(side, "show endpoints").split("\t")[1].strip()


class Tunnel(Live):
    def test_packets_pass_in_both_families_inside_and_outside(self):
        for outside in ("192.0.2.2", "2001:db8::2"):
            with self.subTest(outside=outside):
                if outside == "192.0.2.2":
                    self.bring_up(outside)
                else:
                    self.peer(0, "endpoint [%s]:51821" % outside)
                for side in SIDES:
                    for to in ("10.99.0.%d" % (2 - side), "fd99::%d" % (2 - side)):
                        self.reaches(side, to, times=20)
                self.assertIn(outside.replace("2001:db8::2", "[2001:db8::2]") + ":51821", self.endpoint(0))

    def test_packets_of_every_size_around_the_edges(self):
        self.bring_up()
        # 1392 is what fits; more is cut by the sender's stack, and 9000 into several packets.
        for size in (0, 1, 15, 16, 17, 127, 1391, 1392, 1393, 2000, 9000):
            self.reaches(0, "10.99.0.2", "-s", size)

    def test_a_preshared_key_has_to_be_the_same(self):
        secret = os.path.join(self.folder.name, "psk")
        with open(secret, "w", encoding="ascii") as file:
            file.write(run("wg", "genpsk").stdout)
        self.bring_up(preshared=secret)
        self.reaches(0, "10.99.0.2")

    def test_a_stream_arrives_whole(self):
        self.bring_up()
        receiver = ("import socket,hashlib;s=socket.create_server(('10.99.0.2',7777));print('up',flush=True);c=s.accept()[0];"
                    "h=hashlib.sha256()\nwhile True:\n b=c.recv(65536)\n if not b: break\n h.update(b)\nprint(h.hexdigest())")
        sender = ("import socket,random;r=random.Random(1);s=socket.create_connection(('10.99.0.2',7777))\n"
                  "for _ in range(200): s.sendall(r.randbytes(100000))\ns.close()")
        server = subprocess.Popen(["ip", "netns", "exec", self.netns[1], "/usr/bin/python3", "-c", receiver],
                                  stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        self.assertEqual(server.stdout.readline(), "up\n")
        self.inside(0, "/usr/bin/python3", "-c", sender)
        generator = random.Random(1)
        expected = hashlib.sha256(b"".join(generator.randbytes(100000) for _ in range(200))).hexdigest()
        self.assertEqual(server.stdout.readline().strip(), expected)

    def test_datagrams_sent_as_one_arrive_one_by_one(self):
        self.bring_up()
        self.ping(0, "10.99.0.2")
        for family, to in (("AF_INET", "10.99.0.2"), ("AF_INET6", "fd99::2")):
            receiver = ("import socket,sys;s=socket.socket(socket.%s,socket.SOCK_DGRAM);s.bind(('%s',7777));s.settimeout(%d)\n"
                        "print('up',flush=True)\nfor _ in range(20): print(s.recv(65536).hex())" % (family, to, PATIENCE))
            # UDP_SEGMENT = 103; all bytes differ from one datagram to the next.
            sender = ("import socket;s=socket.socket(socket.%s,socket.SOCK_DGRAM);s.setsockopt(17,103,1000)\n"
                      "s.sendto(b''.join(bytes([i])*1000 for i in range(19))+b'end',('%s',7777))" % (family, to))
            with subprocess.Popen(["ip", "netns", "exec", self.netns[1], "/usr/bin/python3", "-c", receiver],
                                  stdout=subprocess.PIPE, text=True) as server:
                self.assertEqual(server.stdout.readline(), "up\n")
                self.inside(0, "/usr/bin/python3", "-c", sender)
                got = [bytes.fromhex(line) for line in server.stdout]
            self.assertEqual(sorted(got), sorted([bytes([i]) * 1000 for i in range(19)] + [b"end"]))

    def test_the_endpoint_follows_a_peer_that_roams(self):
        self.bring_up()
        self.ping(0, "10.99.0.2")
        # We roam: Debian's wireguard-go goes on with a source address that it has lost.
        near = next(side for side in SIDES if self.programs[side].startswith("wgsim"))
        far = 1 - near
        inner = "10.99.0.%d" % (far + 1)
        self.assertEqual(self.endpoint(far), "192.0.2.%d:%d" % (near + 1, 51820 + near))
        self.ip(near, "addr del 192.0.2.%d/24 dev out" % (near + 1))
        self.ip(near, "addr add 192.0.2.9/24 dev out")
        self.reaches(near, inner)
        self.assertEqual(self.endpoint(far), "192.0.2.9:%d" % (51820 + near))
        self.wg(near, "set listen-port 51999")
        self.reaches(near, inner)
        self.assertEqual(self.endpoint(far), "192.0.2.9:51999")

    def test_syncconf_and_single_changes_while_packets_flow_lose_none(self):
        self.bring_up()
        self.ping(0, "10.99.0.2")
        flood = subprocess.Popen(["ip", "netns", "exec", self.netns[0], "ping", "-i", "0.005", "-c", "200", "-w", "15",
                                  "10.99.0.2"], stdout=subprocess.PIPE, text=True)
        path = os.path.join(self.folder.name, "conf")
        with open(path, "w", encoding="ascii") as file:
            file.write(self.wg(0, "showconf"))
        for i in range(10):
            self.wg(0, "syncconf " + path)
            self.wg(0, "set peer %s persistent-keepalive %d" % (self.keys[1][1], 20 + i))
        out, _ = flood.communicate(timeout=PATIENCE)
        self.assertEqual([int(n) for n in re.findall(r"icmp_seq=(\d+)", out)], list(range(1, 201)))


class TunnelToWireguardGo(Tunnel):
    """We initiate."""

    programs = ("wgsim", "wireguard-go")


class TunnelFromWireguardGo(Tunnel):
    """We respond."""

    programs = ("wireguard-go", "wgsim")


class TunnelToOneWithoutOffload(Tunnel):
    """What one side cuts the other one takes packet by packet."""

    programs = ("wgsim", "wgsim without offload")


class TunnelFromOneWithoutOffload(Tunnel):
    """And joins what comes packet by packet."""

    programs = ("wgsim without offload", "wgsim")


class TunnelOfThreads(Tunnel):
    """Several threads seal and open; what comes of it is the same."""

    programs = ("wgsim with threads", "wgsim with threads")


class RecordedTunnel(Tunnel):
    """Whatever happened: replayed it is the same, byte for byte."""

    programs = ("wgsim recorded", "wgsim recorded")

    def tearDown(self):
        for side in SIDES:
            self.stop(side)
            done = run(WGSIM, "replay", self.recording(side), ok=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("identical", done.stdout)
            self.assertEqual(done.stderr, "")

    def test_a_program_that_was_killed_leaves_what_it_had_written(self):
        self.bring_up()
        self.reaches(0, "10.99.0.2", times=1)
        self.processes[0].kill()
        self.processes[0].wait(PATIENCE)
        done = run(WGSIM, "replay", "--dump", self.recording(0))
        self.assertIn("ends without its end", done.stderr)
        self.assertIn("datagram from 192.0.2.2:51821: data", done.stdout)
        with open(self.recording(0), "r+b") as file:  # a byte of the last IPv4 packet of 84 bytes, which came out of the tunnel
            file.seek(file.read().rindex(b"\x45\x00\x00\x54") + 60)
            file.write(b"!")
        done = run(WGSIM, "replay", self.recording(0), ok=False)
        self.assertNotEqual(done.returncode, 0, done.stdout)
        self.assertIn("packet 0 of the tunnel is another one", done.stderr)
        os.truncate(self.recording(0), 0)  # nothing for tearDown
        self.start(0)


class Interface(Live):
    def test_what_belongs_to_no_peer_is_answered_by_icmp(self):
        self.bring_up()
        for to in ("10.99.0.77", "fd99::77"):
            done = self.ping(0, to, ok=False)
            self.assertIn("unreachable", done.stdout.lower())

    def test_it_sends_nothing_while_it_is_down_and_speaks_at_once_when_up(self):
        self.bring_up()
        self.ip(0, "link set %s down" % self.names[0])
        self.wg(0, "set peer %s persistent-keepalive 25" % self.keys[1][1])
        self.assertEqual(self.wg(0, "show transfer").split("\t")[1:], ["0", "0\n"])
        self.ip(0, "link set %s up" % self.names[0])
        until(lambda: self.wg(0, "show latest-handshakes").split("\t")[1].strip() != "0", "a handshake")

    def test_a_signal_removes_interface_and_socket(self):
        self.stop(0)
        self.assertEqual(self.processes[0].returncode, 0)
        self.assertFalse(os.path.exists(self.socket(0)))
        self.assertNotEqual(run("ip", "-n", self.netns[0], "link", "show", self.names[0], ok=False).returncode, 0)

    def test_removing_the_interface_ends_the_program(self):
        self.bring_up()
        self.ip(0, "link del " + self.names[0])
        self.assertEqual(self.processes[0].wait(PATIENCE), 0)
        self.assertFalse(os.path.exists(self.socket(0)))

    def test_a_program_that_was_killed_is_followed_by_another(self):
        self.processes[0].kill()
        self.processes[0].wait(PATIENCE)
        self.start(0)
        self.bring_up()
        self.reaches(0, "10.99.0.2")

    def test_it_goes_to_the_background_when_it_is_ready(self):
        name = "wgs%dc" % os.getpid()
        self.inside(0, WGSIM, "live", "--interface=" + name)
        self.assertIn("interface: " + name, self.inside(0, "wg", "show", name).stdout)
        self.assertEqual(self.ip(0, "-o link show " + name).returncode, 0)
        self.ip(0, "link del " + name)
        until(lambda: not os.path.exists("/var/run/wireguard/%s.sock" % name), "the end of the program")

    def test_it_holds_no_privileges_that_it_does_not_need(self):
        # The process of ip netns exec has become ours.
        with open("/proc/%d/status" % self.processes[0].pid, encoding="ascii") as file:
            status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
        self.assertEqual(int(status["CapEff"], 16) & ~(1 << 12 | 1 << 10), 0)
        self.assertEqual(status["NoNewPrivs"], "1")

    def test_wrong_arguments(self):
        for words, code, said in [(["--interface=%s" % self.names[0]], 2, "busy"), (["--interface=" + "x" * 16], 2, "15"),
                                  ([], 2, "--interface=wg0"), (["--interface=wgx", "--threads=0"], 2, "1 to 64"), (["--interface=wgx", "--config=/nonexistent"], 2, "nonexistent")]:
            done = self.inside(0, WGSIM, "live", *words, ok=False)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn(said, done.stderr)

    def test_by_its_other_name_it_takes_what_wg_quick_gives_it(self):
        program = os.path.join(self.folder.name, "wgsim-live")
        os.symlink(WGSIM, program)
        name = "wgs%dq" % os.getpid()
        self.inside(0, program, name)
        self.assertIn("interface: " + name, self.inside(0, "wg", "show", name).stdout)
        self.ip(0, "link del " + name)

    def test_a_file_configures_it_from_the_start(self):
        path = os.path.join(self.folder.name, "wg.conf")
        with open(self.keys[0][0], encoding="ascii") as key, open(path, "w", encoding="ascii") as file:
            file.write("[Interface]\nPrivateKey = %sListenPort = 4711\n[Peer]\nPublicKey = %s\nAllowedIPs = 10.0.0.0/8\n"
                       % (key.read(), self.keys[1][1]))
        name = "wgs%dd" % os.getpid()
        self.inside(0, WGSIM, "live", "--interface=" + name, "--config=" + path)
        dump = self.inside(0, "wg", "show", name, "dump").stdout
        self.assertIn("\t4711\t", dump)
        self.assertIn("10.0.0.0/8", dump)
        self.ip(0, "link del " + name)


if __name__ == "__main__":
    unittest.main()
