# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""The guest's file system in memory: busybox, the kernel's modules for WireGuard and veth with what they depend on, our
programs and the job. The same input gives the same bytes: the kernel's random numbers begin with them."""

import lzma
import os
import re
import stat
import subprocess

from environment import BUSYBOX, Lacking

MODULES = ("wireguard", "veth")
APPLETS = ("sh", "cat", "echo", "insmod", "ip", "mkdir", "mount", "poweroff", "sleep", "unshare", "kill", "uname", "grep",
           "nsenter", "ping")

INIT = """#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
for module in %s; do insmod /mods/$module.ko || echo "failed: module $module"; done
echo "kernel $(uname -r)"
sh /job.sh
echo "done"
poweroff -f
"""


def _read_module(path):
    with open(path, "rb") as file:
        data = file.read()
    return lzma.decompress(data) if path.endswith(".xz") else data


def _name(file):
    """Modules are named with underscores, whatever their files are called."""
    return re.sub(r"\.ko(\.xz)?$", "", os.path.basename(file)).replace("-", "_")


def depends(module):
    """The names of the modules that one needs, from its own information."""
    match = re.search(rb"\0depends=([^\0]*)\0", module)
    return [name.replace("-", "_") for name in match[1].decode().split(",") if name] if match else []


def load_order(wanted, paths, read):
    """[(name, bytes)] in which every module comes after those it needs. `paths`: name -> file; what has none is part of
    the kernel itself."""
    order = []
    done = set()

    def visit(name):
        if name in done or name not in paths:
            return
        done.add(name)
        data = read(paths[name])
        for other in depends(data):
            visit(other)
        order.append((name, data))

    for name in wanted:
        if name not in paths:
            raise Lacking("this kernel has no module %s" % name)
        visit(name)
    return order


def find_modules(directory):
    paths = {}
    for folder, _, files in sorted(os.walk(directory)):
        for file in sorted(files):
            if re.search(r"\.ko(\.xz)?$", file):
                paths[_name(file)] = os.path.join(folder, file)
    return paths


def compile_guest(output):
    """Our programs, in one static file."""
    folder = os.path.join(os.path.dirname(os.path.realpath(__file__)), "guest")
    sources = sorted(name for name in os.listdir(folder) if name.endswith(".c"))
    subprocess.run(["gcc", "-std=c17", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Werror", "-static", "-s",
                    "-Wl,--build-id=none", "-o", output] + sources + ["-lm"], cwd=folder, check=True)


def cpio(entries):
    """An archive (format newc) of {path: (mode, bytes)}, parents first; no times, no owners."""
    out = bytearray()

    def append(path, mode, data, number):
        name = path.encode() + b"\0"
        fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0)
        out.extend(b"070701" + b"".join(b"%08x" % field for field in fields) + name)
        out.extend(bytes(-len(out) % 4))
        out.extend(data)
        out.extend(bytes(-len(out) % 4))

    for number, path in enumerate(sorted(entries), start=1):
        append(path, *entries[path], number)
    append("TRAILER!!!", 0, b"", 0)
    return bytes(out)


def build(modules_directory, guest, files):
    """The bytes of a file system for one job. `guest`: our programs; `files`: {name: bytes}, job.sh among them."""
    modules = load_order(MODULES, find_modules(modules_directory), _read_module)
    directory, link, program, plain = (kind | bits for kind, bits in (
        (stat.S_IFDIR, 0o755), (stat.S_IFLNK, 0o777), (stat.S_IFREG, 0o755), (stat.S_IFREG, 0o644)))
    entries = {name: (directory, b"") for name in ("bin", "dev", "mods", "proc", "sys", "tmp")}
    for path, name in ((BUSYBOX, "bin/busybox"), (guest, "bin/guest")):
        with open(path, "rb") as file:
            entries[name] = (program, file.read())
    for applet in APPLETS:
        entries["bin/" + applet] = (link, b"busybox")
    entries["init"] = (program, (INIT % " ".join(name for name, _ in modules)).encode())
    for name, data in modules:
        entries["mods/%s.ko" % name] = (plain, data)
    for name, data in files.items():
        entries[name] = (plain, data)
    return cpio(entries)
