# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""One boot of a kernel under QEMU that counts instructions: time is virtual, idle time costs nothing, and the same input
gives the same output to the last bit. Needs no root and no acceleration."""

import hashlib
import os
import re
import subprocess
import tempfile

import initramfs
from environment import Lacking, need

# One instruction is 4 ns.
ICOUNT_SHIFT = 2
COMMAND_LINE = ("console=ttyS0,115200 quiet panic=-1 random.trust_cpu=on tsc=reliable no_timer_check mitigations=off nokaslr "
                "apparmor=0 audit=0 nowatchdog cryptomgr.notests preempt=%s")
PREEMPT = ("none", "voluntary", "full")
MEGABYTES = 256


def command_line(vmlinuz, initrd, log, preempt):
    return ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-machine", "pc,hpet=off", "-cpu", "max",
            "-m", str(MEGABYTES), "-smp", "1", "-accel", "tcg,thread=single",
            "-icount", "shift=%d,sleep=off" % ICOUNT_SHIFT, "-rtc", "base=2024-01-01T00:00:00,clock=vm", "-seed", "1",
            "-display", "none", "-monitor", "none", "-serial", "file:" + log, "-no-reboot",
            "-kernel", vmlinuz, "-initrd", initrd, "-append", COMMAND_LINE % preempt]


def _sha256(data):
    return hashlib.sha256(data).hexdigest()


def _emulator_version():
    text = subprocess.run(["qemu-system-x86_64", "--version"], capture_output=True, text=True, check=True).stdout
    return re.search(r"version (\S+)", text)[1]


class Run:
    """What one boot gave: `log`, the lines of the console, and `provenance`, from what it came."""

    def __init__(self, log, provenance):
        self.log = log
        self.provenance = provenance


def run(cache, kernel, files, preempt="voluntary", timeout=600, keep=None):
    """Boots `kernel` with the job `files` ({name: bytes}, job.sh among them). `keep`: a folder for file system and log."""
    version, vmlinuz, modules = need(cache, kernel)
    with tempfile.TemporaryDirectory() as folder:
        where = keep or folder
        os.makedirs(where, exist_ok=True)
        guest = os.path.join(folder, "guest")
        initramfs.compile_guest(guest)
        image = initramfs.build(modules, guest, files)
        initrd, log = os.path.join(where, "initrd.cpio"), os.path.join(where, "console.log")
        with open(initrd, "wb") as file:
            file.write(image)
        try:
            subprocess.run(command_line(vmlinuz, initrd, log, preempt), check=True, timeout=timeout,
                           stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            raise Lacking("the guest was not done within %d s" % timeout) from None
        with open(log, "rb") as file:
            text = file.read()
        with open(vmlinuz, "rb") as file:
            kernel_hash = _sha256(file.read())
    lines = text.decode(errors="replace").replace("\r", "").split("\n")
    wrong = [line for line in lines if line.startswith("failed:")]
    if wrong or "done" not in lines:
        raise Lacking("the guest failed: %s" % ("; ".join(wrong[:3]) or "it ended before it was done: " + "; ".join(lines[-4:])))
    provenance = {
        "kernel": version, "kernel_sha256": kernel_hash, "initramfs_sha256": _sha256(image), "log_sha256": _sha256(text),
        "emulator": "QEMU " + _emulator_version(), "preempt": preempt, "ns_per_instruction": 1 << ICOUNT_SHIFT,
    }
    return Run(lines, provenance)
