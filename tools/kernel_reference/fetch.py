# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Gets a kernel out of Debian's archive: downloads its package and unpacks it, without installing it and without
touching this machine's package lists. From the mirror that is configured, or the one given."""

import os
import re
import shutil
import subprocess

from environment import BadInput, KERNELS, Lacking, find_kernel, kernel_dir

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def configured_mirror(texts):
    """The first http mirror of Debian's main archive in sources.list and its like; None if there is none."""
    for text in texts:
        text = re.sub(r"#[^\n]*", "", text)
        for url in re.findall(r"https?://\S+", text):
            if re.search(r"/debian/?$", url):
                return url.rstrip("/")
    return None


def _sources():
    paths = ["/etc/apt/sources.list"]
    parts = "/etc/apt/sources.list.d"
    if os.path.isdir(parts):
        paths += [os.path.join(parts, name) for name in sorted(os.listdir(parts))]
    for path in paths:
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                yield file.read()


def numbers(version):
    return tuple(int(number) for number in re.findall(r"\d+", version))


def newest(packages, wanted):
    """Of names of kernel packages, the newest one of the series `wanted`; without any, for 6.16, the oldest later
    series' newest: what is wanted is a kernel that can take away single addresses. None if there is none."""
    found = []
    for package in packages:
        match = re.fullmatch(r"linux-image-(\d+\.\d+)\.\d+\+deb\d+-cloud-amd64", package)
        if match:
            found.append((numbers(match[1]), numbers(package), package))
    series = numbers(wanted)
    same = [entry for entry in found if entry[0] == series]
    if not same and series >= (6, 16):
        later = [entry for entry in found if entry[0] > series]
        same = [entry for entry in later if entry[0] == min(later)[0]]
    return max(same)[2] if same else None


class _Apt:
    """apt with lists of its own, in a folder."""

    def __init__(self, folder, mirror, release):
        self.folder = folder
        for name in ("parts", "state/lists/partial", "cache/archives/partial"):
            os.makedirs(os.path.join(folder, name), exist_ok=True)
        with open(os.path.join(folder, "sources.list"), "w", encoding="utf-8") as file:
            file.write("deb [signed-by=%s] %s %s main\n" % (KEYRING, mirror, release))
        self.options = []
        for name, value in (("Dir::Etc::sourcelist", "sources.list"), ("Dir::Etc::sourceparts", "parts"),
                            ("Dir::State::lists", "state/lists"), ("Dir::Cache", "cache")):
            self.options += ["-o", "%s=%s" % (name, os.path.join(folder, value))]
        self.options += ["-o", "Dir::State::status=/dev/null", "-o", "Acquire::Languages=none",
                         "-o", "APT::Sandbox::User=root"]

    def run(self, command, *arguments, cwd=None):
        program = [command] + self.options + list(arguments)
        result = subprocess.run(program, cwd=cwd, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise Lacking("%s failed: %s" % (" ".join(program), result.stderr.strip()))
        return result.stdout


def _release_of_this_machine():
    with open("/etc/os-release", encoding="utf-8") as file:
        match = re.search(r"VERSION_CODENAME=(\w+)", file.read())
    return match[1] if match else "bookworm"


def fetch(cache, kernel, mirror, out):
    """Downloads and unpacks; nothing to do if it is there."""
    if kernel not in KERNELS:
        raise BadInput("no kernel %s; there are %s" % (kernel, ", ".join(sorted(KERNELS))))
    target = kernel_dir(cache, kernel)
    found = find_kernel(target)
    if found is not None:
        out("kernel %s is there: %s" % (kernel, found[0]))
        return
    mirror = mirror or configured_mirror(_sources())
    if mirror is None:
        raise Lacking("no mirror of Debian is configured; give one: --mirror=URL")
    if KERNELS[kernel] is None:
        # A kernel of this release is backported through its security archive, which a mirror has beside the main one.
        sources = (mirror + "-security", _release_of_this_machine() + "-security")
    else:
        sources = (mirror, KERNELS[kernel])
    os.makedirs(cache, exist_ok=True)
    apt = _Apt(os.path.join(cache, "apt-" + kernel), *sources)
    apt.run("apt-get", "-q", "update")
    package = newest(apt.run("apt-cache", "pkgnames", "linux-image-").split(), kernel)
    if package is None:
        raise Lacking("%s %s has no kernel %s for clouds" % (sources + (kernel,)))
    out("downloading %s" % package)
    download = os.path.join(cache, "download-" + kernel)
    shutil.rmtree(download, ignore_errors=True)
    os.makedirs(download)
    apt.run("apt-get", "-q", "download", package, cwd=download)
    archive = os.path.join(download, sorted(os.listdir(download))[0])
    shutil.rmtree(target, ignore_errors=True)
    # Into place only when it is whole.
    subprocess.run(["dpkg-deb", "-x", archive, target + ".new"], check=True)
    os.rename(target + ".new", target)
    shutil.rmtree(download)
    out("kernel %s: %s" % (kernel, find_kernel(target)[0]))
