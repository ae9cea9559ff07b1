# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""The tests of protocol/ and the assertions of conformance/ as one program, built without Bazel so that a change of one file costs
one compilation, one linking and one run."""

import glob
import os
import re
import resource
import subprocess

COMPILER = "g++"
FLAGS = ["-std=c++20", "-O1", "-w", "-fno-tree-slp-vectorize", "-pthread"]
PACKAGES = ["libsodium", "libb2", "protobuf", "gtest", "gtest_main", "absl_base", "absl_flat_hash_map", "absl_hash", "absl_inlined_vector", "absl_optional",
            "absl_span", "absl_status", "absl_statusor", "absl_strings", "absl_str_format", "absl_time", "absl_btree"]
FILE_FLAGS = {"protocol/crypto/text_hash_avx2.cc": ["-mavx2"]}
PROTOS = ["conformance/report.proto", "conformance/requirement.proto"]
MEMORY = 8 << 30
NICE = 10
# Not part of a test of protocol/.
NO_PART = re.compile(r"(?<!/wire)_(bench|fuzz)\.cc$")
# Of conformance/: the assertions, with all that they need.
CONFORMANCE_TESTS = "conformance/conform_test.cc"
NOT_CONFORMANCE = re.compile(r"(_test|/trace_scenario)\.cc$")


def call(words, timeout=None, **kwargs):
    """Exit code (None: killed after `timeout` seconds) and output."""
    def be_nice():
        os.nice(NICE)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=be_nice, start_new_session=True, **kwargs)
    try:
        out, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        out, _ = process.communicate()
        return None, out.decode(errors="replace")
    return process.returncode, out.decode(errors="replace")


def packages(what):
    words = []
    for package in PACKAGES:
        code, out = call(["pkg-config", what, package])
        if code == 0:
            words += [word for word in out.split() if word not in words or word.startswith("-Wl")]
    return words


class Suite:
    """`tree` is a copy of the checkout, `folder` where everything else goes."""

    def __init__(self, tree, folder):
        self.tree, self.folder = tree, folder
        self.flags = FLAGS + ["-I" + os.path.join(folder, "made")] + packages("--cflags")
        self.libraries = packages("--libs")

    def sources(self):
        found = sorted(glob.glob("protocol/**/*.cc", root_dir=self.tree, recursive=True))
        found += [f for f in sorted(glob.glob("conformance/*.cc", root_dir=self.tree)) if not NOT_CONFORMANCE.search(f)]
        return [f for f in found if not NO_PART.search(f)] + [CONFORMANCE_TESTS]

    def object_of(self, source, folder="base"):
        return os.path.join(self.folder, folder, source.replace("/", "__") + ".o")

    def compile(self, source, into="base", over=None):
        """Exit code and output. `over`: a folder whose files stand for those of the tree."""
        target = self.object_of(source, into)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        where = over if over and os.path.exists(os.path.join(over, source)) else self.tree
        includes = (["-I" + over] if over else []) + ["-I" + self.tree]
        return call([COMPILER, *self.flags, *FILE_FLAGS.get(source, []), *includes, "-MMD", "-MF", target + ".d", "-c",
                     os.path.join(where, source), "-o", target])

    def depends(self, source):
        """The files that its object was made of."""
        with open(self.object_of(source) + ".d", encoding="utf-8") as text:
            return text.read().replace("\\\n", " ").split()[1:]

    def is_fresh(self, source):
        if not os.path.exists(self.object_of(source)):
            return False
        made = os.path.getmtime(self.object_of(source))
        return all(os.path.exists(file) and os.path.getmtime(file) < made for file in self.depends(source))

    def users(self, file):
        """The sources that have to be compiled when `file` changes."""
        if file.endswith(".cc"):
            return [file]
        path = os.path.join(self.tree, file)
        return [source for source in self.sources() if path in self.depends(source)]

    def link(self, program, objects):
        return call([COMPILER, "-fuse-ld=lld", "-pthread", *objects, *self.libraries, "-o", program])

    def made_objects(self):
        return sorted(glob.glob(os.path.join(self.folder, "made_objects", "*.o")))

    def build(self):
        """Everything, of the tree as it is."""
        made = os.path.join(self.folder, "made")
        os.makedirs(made, exist_ok=True)
        os.makedirs(os.path.join(self.folder, "made_objects"), exist_ok=True)
        code, out = call(["protoc", "-I" + self.tree, "--cpp_out=" + made, *PROTOS], cwd=self.tree)
        for proto in PROTOS:
            source = os.path.join(made, proto.replace(".proto", ".pb.cc"))
            target = os.path.join(self.folder, "made_objects", os.path.basename(source) + ".o")
            if code == 0:
                code, out = call([COMPILER, *self.flags, "-I" + self.tree, "-c", source, "-o", target])
        for source in self.sources():
            if code == 0 and not self.is_fresh(source):
                code, out = self.compile(source)
        if code == 0:
            code, out = self.link(self.program("base"), [self.object_of(s) for s in self.sources()] + self.made_objects())
        if code != 0:
            raise RuntimeError("the tree as it is does not build:\n" + out)

    def program(self, name):
        return os.path.join(self.folder, name + "_suite")

    def suites_of(self, file):
        """Names of the suites in the tests that stand beside `file` and are called like it: they are run first."""
        stem = os.path.splitext(os.path.basename(file))[0]
        names = set()
        for test in glob.glob(os.path.join(self.tree, os.path.dirname(file), "*_test.cc")):
            if os.path.basename(test).startswith(stem):
                with open(test, encoding="utf-8") as text:
                    names.update(re.findall(r"^(?:TYPED_)?TEST(?:_F|_P)?\((\w+),", text.read(), re.M))
        return sorted(names)

    def run(self, program, first=(), timeout=600):
        """The name of the first test that fails, "" if none does, "(endless)" or "(died)"."""
        filters = ["%s.*:*/%s.*:*/%s/*" % (name, name, name) for name in first]
        for chosen in ([":".join(filters)] if filters else []) + ["*"]:
            code, out = call([program, "--gtest_fail_fast", "--gtest_brief=1", "--gtest_filter=" + chosen], timeout, cwd=self.tree)
            if code is None:
                return "(endless)"
            if code != 0:
                failed = re.search(r"\[  FAILED  \] (\S+?)(?:,| \()", out)
                running = re.findall(r"\[ RUN      \] (\S+)", out)
                said = out.replace(self.tree + "/", "").strip().splitlines()
                return failed[1] if failed else " ".join(["(died)"] + (running or said)[-1:])
        return ""
