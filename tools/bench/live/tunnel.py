# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""A program that is a WireGuard, in two network namespaces that are joined by a veth pair."""

import base64
import os
import re
import socket
import subprocess
import time

PATIENCE = 20  # seconds


def run(*words, **kwargs):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=PATIENCE, check=False, **kwargs)
    if done.returncode != 0:
        raise RuntimeError("%s: exit code %d\n%s%s" % (" ".join(map(str, words)), done.returncode, done.stdout, done.stderr))
    return done.stdout


def obstacle():
    if os.geteuid() != 0:
        return "network namespaces need root"
    if not os.path.exists("/dev/net/tun"):
        return "there is no /dev/net/tun"
    name = "wgsimtry%d" % os.getpid()
    try:
        run("ip", "netns", "add", name)
        run("ip", "netns", "del", name)
    except (RuntimeError, OSError) as error:
        return "network namespaces are not permitted here: %s" % error
    return ""


def command(program, wgsim, interface):
    """"wireguard-go", "live" or a program that is called as wireguard-go is; with arguments, if any, behind it."""
    words = program.split()
    if words[0] == "live":
        return [wgsim, "live", "--foreground", "--interface=" + interface] + words[1:]
    return words + ["-f", interface]


class Tunnel:
    """Both ends have a key, and the other one as their peer. `program` serves both, or is a pair. Side 1 has the addresses allowed[0], [1], ..., side 0 has 10.0.0.1."""

    def __init__(self, program, wgsim, allowed):
        self.netns = ["wgbench%d%s" % (os.getpid(), side) for side in "ab"]
        self.names = ["wgx%d%s" % (os.getpid() % 100000, side) for side in "ab"]
        self.processes = []
        self.keys = []
        try:
            self._make(program, wgsim, allowed)
        except BaseException:
            self.close()
            raise

    def _make(self, program, wgsim, allowed):
        for side in (0, 1):
            run("ip", "netns", "add", self.netns[side])
        run("ip", "link", "add", "out", "netns", self.netns[0], "type", "veth", "peer", "name", "out", "netns", self.netns[1])
        for side in (0, 1):
            run("ip", "-n", self.netns[side], "link", "set", "lo", "up")
            run("ip", "-n", self.netns[side], "addr", "add", "192.0.2.%d/24" % (side + 1), "dev", "out")
            run("ip", "-n", self.netns[side], "link", "set", "out", "up")
            private = run("wg", "genkey").strip()
            public = run("wg", "pubkey", input=private + "\n").strip()
            self.keys.append([base64.b64decode(key).hex() for key in (private, public)])
            words = command(program if isinstance(program, str) else program[side], wgsim, self.names[side])
            self.processes.append(subprocess.Popen(["ip", "netns", "exec", self.netns[side], *words], stdin=subprocess.DEVNULL,
                                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                                   env={**os.environ, "LOG_LEVEL": "silent"}))
        end = time.monotonic() + PATIENCE
        for side in (0, 1):
            while True:
                try:
                    self.ask(side, "get=1\n\n")
                    break
                except OSError:
                    if time.monotonic() > end or self.processes[side].poll() is not None:
                        raise
                    time.sleep(0.05)
        for side in (0, 1):
            peer = 1 - side
            self.ask(side, "set=1\nprivate_key=%s\nlisten_port=51820\npublic_key=%s\nendpoint=192.0.2.%d:51820\n%s\n" % (
                self.keys[side][0], self.keys[peer][1], peer + 1, "".join("allowed_ip=%s/32\n" % one for one in (allowed if side == 0 else ["10.0.0.1"]))))
            run("ip", "-n", self.netns[side], "addr", "add", "10.0.0.%d/32" % (side + 1), "dev", self.names[side])
            run("ip", "-n", self.netns[side], "link", "set", self.names[side], "up")
        run("ip", "-n", self.netns[0], "route", "add", "10.1.0.0/16", "dev", self.names[0], "src", "10.0.0.1")
        run("ip", "-n", self.netns[1], "route", "add", "10.0.0.1/32", "dev", self.names[1])
        run("ip", "-n", self.netns[1], "route", "add", "local", "10.1.0.0/16", "dev", "lo")
        run("ip", "netns", "exec", self.netns[0], "ping", "-c", "1", "-W", "5", allowed[-1])

    def close(self):
        for process in self.processes:
            process.kill()
            process.wait()
        for name in self.netns:
            if os.path.exists("/run/netns/" + name):
                run("ip", "netns", "del", name)
        for name in self.names:
            path = "/var/run/wireguard/%s.sock" % name
            if os.path.exists(path):
                os.unlink(path)

    def ask(self, side, request):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
            sock.settimeout(PATIENCE)
            sock.connect("/var/run/wireguard/%s.sock" % self.names[side])
            sock.sendall(request.encode())
            answer = b""
            while not answer.endswith(b"\n\n"):
                more = sock.recv(65536)
                if not more:
                    break
                answer += more
        return answer.decode()

    def cpu_seconds(self, side):
        """That the program has used so far, all threads, user and system."""
        with open("/proc/%d/stat" % self.processes[side].pid, encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_kib(self, side):
        """Memory of the program that is not swapped out."""
        with open("/proc/%d/status" % self.processes[side].pid, encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1])

    def inside(self, side, *words):
        """The command of a process in that namespace."""
        return ["ip", "netns", "exec", self.netns[side], *map(str, words)]
