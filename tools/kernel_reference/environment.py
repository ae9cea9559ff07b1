# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""What a run beside a real kernel needs of this machine, and whether it is there."""

import os
import shutil

# Command -> the Debian package that has it (packages.txt).
COMMANDS = {
    "qemu-system-x86_64": "qemu-system-x86",
    "gcc": "gcc",
    "dpkg-deb": "dpkg",
}
BUSYBOX = "/bin/busybox"
HEADER = "/usr/include/linux/wireguard.h"
LIBC = ("/usr/lib/x86_64-linux-gnu/libc.a", "libc6-dev")

# What --kernel takes -> the release of Debian whose archive has it; None: that of this machine.
KERNELS = {"6.16": "trixie-backports", "6.12": None}


class Lacking(Exception):
    """The environment lacks something; the text says what, and how to get it. Exit code 3."""


class BadInput(Exception):
    """Exit code 2."""


def default_cache():
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(home, "wgsim", "kernel")


def _is_static(path):
    """Whether a file is a program that needs no dynamic linker."""
    try:
        with open(path, "rb") as file:
            return b"/ld-linux" not in file.read(4096)
    except OSError:
        return False


def missing_packages(which=shutil.which, exists=os.path.exists, is_static=_is_static):
    """[(what is missing, package)], sorted."""
    missing = [(command, package) for command, package in COMMANDS.items() if which(command) is None]
    if not is_static(BUSYBOX):
        missing.append((BUSYBOX + " that needs no libraries", "busybox-static"))
    if not exists(HEADER):
        missing.append((HEADER, "linux-libc-dev"))
    if not exists(LIBC[0]):
        missing.append(LIBC)
    return sorted(missing)


def kernel_dir(cache, kernel):
    return os.path.join(cache, "linux-" + kernel)


def find_kernel(directory):
    """(version, vmlinuz, modules) of an unpacked kernel package; None if there is none."""
    boot = os.path.join(directory, "boot")
    names = sorted(os.listdir(boot)) if os.path.isdir(boot) else []
    for name in names:
        if not name.startswith("vmlinuz-"):
            continue
        version = name[len("vmlinuz-"):]
        for lib in ("usr/lib/modules", "lib/modules"):
            modules = os.path.join(directory, lib, version)
            if os.path.isdir(modules):
                return version, os.path.join(boot, name), modules
    return None


def check(cache, kernels, out):
    """Says what is missing. Whether nothing is."""
    missing = missing_packages()
    for what, package in missing:
        out("missing: %s (package %s)" % (what, package))
    if missing:
        out("to get them: apt-get install " + " ".join(sorted({package for _, package in missing})))
    complete = not missing
    for kernel in kernels:
        directory = kernel_dir(cache, kernel)
        found = find_kernel(directory)
        if found is None:
            complete = False
            out("missing: kernel %s in %s; to get it: tools/kernel_reference/kref fetch --kernel=%s" %
                (kernel, directory, kernel))
        else:
            out("kernel %s: %s" % (kernel, found[0]))
    return complete


def need(cache, kernel):
    """(version, vmlinuz, modules); Lacking if anything is missing."""
    lines = []
    if not check(cache, [kernel], lines.append):
        raise Lacking("\n".join(line for line in lines if not line.startswith("kernel")))
    return find_kernel(kernel_dir(cache, kernel))
