#!/usr/bin/python3
# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Does the suite notice when protocol/ is wrong?

Changes one operator, constant or statement of protocol/ at a time, builds the tests of protocol/ with the assertions of conformance/
as one program, and looks whether any of them fails. Not part of CI: a run takes an hour.

    mutation_run.py --scratch=FOLDER [--places=160] [--seed=1]      sampled places; goes on where it was interrupted
    mutation_run.py --scratch=FOLDER --patches=conformance/bugs     each *.patch there instead
    mutation_run.py --scratch=FOLDER --report                       what has been found, as Markdown

A mutant is killed (by the test that fails first, by running for ever, by dying), survives, or is not viable: it does not compile, or
compiles to the same program. Needs g++, lld, protoc and the libraries of tools/packages.txt.
"""

import argparse
import filecmp
import glob
import json
import os
import random
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import places  # noqa: E402
import suite  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(HERE))
# Of protocol/, but not of what is tested.
NOT_TESTED = ("_test.cc", "_bench.cc", "_fuzz.cc", "_fixture.h", "test_handler.h", "naive_", "wire_bench", "wire_tester", "two_devices",
              "fuzz_input.h", "fake_entropy.h", "inner.h", "check.h")
# What every run takes, times this, is endless.
PATIENCE = 5


def tested_files(tree):
    files = glob.glob("protocol/**/*.cc", root_dir=tree, recursive=True) + glob.glob("protocol/**/*.h", root_dir=tree, recursive=True)
    return sorted(f for f in files if not any(part in f for part in NOT_TESTED))


def sample(tree, count, seed):
    """`count` places of all files, each with equal chance; the same for the same text and seed."""
    everything = []
    for file in tested_files(tree):
        with open(os.path.join(tree, file), encoding="utf-8") as text:
            everything += places.places(file, text.read())
    return random.Random(seed).sample(everything, min(count, len(everything)))


class Mutants:
    def __init__(self, scratch):
        self.scratch = os.path.abspath(scratch)
        self.tree = os.path.join(self.scratch, "tree")
        self.results = os.path.join(self.scratch, "results.jsonl")
        self.suite = suite.Suite(self.tree, self.scratch)

    def prepare(self):
        """A copy of the checkout as git has it, and the suite of it."""
        if not os.path.isdir(self.tree):
            files = subprocess.run(["git", "-C", ROOT, "ls-files"], check=True, capture_output=True, text=True).stdout.split("\n")
            for file in filter(None, files):
                target = os.path.join(self.tree, file)
                os.makedirs(os.path.dirname(target), exist_ok=True)
                if os.path.isfile(os.path.join(ROOT, file)):
                    shutil.copy2(os.path.join(ROOT, file), target)
        self.suite.build()
        began = time.monotonic()
        failed = self.suite.run(self.suite.program("base"))
        if failed:
            sys.exit("the suite fails without any change: " + failed)
        self.patience = 30 + PATIENCE * (time.monotonic() - began)
        print("the suite takes %.0f s" % (time.monotonic() - began), flush=True)

    def done(self):
        if not os.path.exists(self.results):
            return []
        with open(self.results, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    def write(self, **result):
        with open(self.results, "a", encoding="utf-8") as out:
            out.write(json.dumps(result) + "\n")
        print(result["verdict"], result["what"], result["by"], flush=True)

    def judge(self, texts):
        """Verdict and reason for files with other texts: {name: text}."""
        over = os.path.join(self.scratch, "over")
        shutil.rmtree(over, ignore_errors=True)
        shutil.rmtree(os.path.join(self.scratch, "mutant"), ignore_errors=True)
        for file, text in texts.items():
            os.makedirs(os.path.dirname(os.path.join(over, file)), exist_ok=True)
            with open(os.path.join(over, file), "w", encoding="utf-8") as out:
                out.write(text)
        users = sorted({user for file in texts for user in self.suite.users(file)})
        same = True
        for user in users:
            code, out = self.suite.compile(user, "mutant", over)
            if code != 0:
                return "not viable", "does not compile: " + next((line for line in out.splitlines() if "error" in line), "")[-120:]
            same = same and filecmp.cmp(self.suite.object_of(user), self.suite.object_of(user, "mutant"), shallow=False)
        if same:
            return "not viable", "compiles to the same"
        objects = [self.suite.object_of(s, "mutant" if s in users else "base") for s in self.suite.sources()]
        code, out = self.suite.link(self.suite.program("mutant"), objects + self.suite.made_objects())
        if code != 0:
            return "not viable", "does not link"
        first = sorted({name for file in texts for name in self.suite.suites_of(file)})
        by = self.suite.run(self.suite.program("mutant"), first, self.patience)
        return ("killed", by) if by else ("survived", "")

    def run_places(self, count, seed, most_users):
        known = {result["what"] for result in self.done()}
        for place in sample(self.tree, count, seed):
            what = "%s:%d: %s -> %s" % (place.file, place.line, place.old.strip(), place.new.strip() or "nothing")
            if what in known or len(self.suite.users(place.file)) > most_users:
                continue
            with open(os.path.join(self.tree, place.file), encoding="utf-8") as text:
                verdict, by = self.judge({place.file: places.mutated(text.read(), place)})
            self.write(what=what, kind=place.kind, verdict=verdict, by=by)

    def run_patches(self, folder):
        known = {result["what"] for result in self.done()}
        for patch in sorted(glob.glob(os.path.join(folder, "*.patch"))):
            name = os.path.basename(patch)
            if name in known:
                continue
            patched = os.path.join(self.scratch, "patched")
            shutil.rmtree(patched, ignore_errors=True)
            with open(patch, encoding="utf-8") as text:
                files = [line[6:].strip() for line in text if line.startswith("+++ b/")]
            for file in files:
                os.makedirs(os.path.dirname(os.path.join(patched, file)), exist_ok=True)
                shutil.copy2(os.path.join(self.tree, file), os.path.join(patched, file))
            code, out = suite.call(["patch", "-p1", "-i", os.path.abspath(patch)], cwd=patched)
            if code != 0:
                self.write(what=name, kind="patch", verdict="not viable", by="does not apply: " + out[-200:])
                continue
            texts = {}
            for file in files:
                with open(os.path.join(patched, file), encoding="utf-8") as text:
                    texts[file] = text.read()
            verdict, by = self.judge(texts)
            self.write(what=name, kind="patch", verdict=verdict, by=by)

    def report(self):
        """Counts and, each with its place, what survived."""
        results = self.done()
        count = {verdict: sum(r["verdict"] == verdict for r in results) for verdict in ("killed", "survived", "not viable")}
        viable = count["killed"] + count["survived"]
        lines = ["%d places, %d viable, %d killed (%.1f %%), %d survived" %
                 (len(results), viable, count["killed"], 100 * count["killed"] / max(1, viable), count["survived"]), ""]
        lines += ["* `%s`" % r["what"] for r in results if r["verdict"] == "survived"]
        return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scratch", required=True, help="a folder of several hundred MB that is kept between runs")
    parser.add_argument("--places", type=int, default=160)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most_users", type=int, default=20,
                        help="places in headers that more sources than this include are passed over: they take minutes each")
    parser.add_argument("--patches", help="a folder of patches")
    parser.add_argument("--report", action="store_true")
    arguments = parser.parse_args()
    mutants = Mutants(arguments.scratch)
    if not arguments.report:
        mutants.prepare()
        if arguments.patches:
            mutants.run_patches(arguments.patches)
        else:
            mutants.run_places(arguments.places, arguments.seed, arguments.most_users)
    print(mutants.report())


if __name__ == "__main__":
    main()
