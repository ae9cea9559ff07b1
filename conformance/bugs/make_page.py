#!/usr/bin/python3
# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Writes docs/BUGS.md from the patches here and from what caught them.

    tools/mutants/mutation_run.py --scratch=FOLDER --patches=conformance/bugs
    conformance/bugs/make_page.py FOLDER/results.jsonl        from the root of the checkout

What caught each is kept in caught.json, so that the page can be made again without a run: without an argument.
"""

import glob
import json
import os
import sys

FOLDER, CAUGHT, PAGE = "conformance/bugs", "conformance/bugs/caught.json", "docs/BUGS.md"

HEAD = """# Real bugs, re-introduced

Bugs that implementations of WireGuard had, made anew in this project's code, one at a time, and what caught each: the first test that failed.
The patches are in `conformance/bugs/`; their numbers are those of the list of real bugs that the project began with. Nothing of them is in
the normal code. `tools/mutants/mutation_run.py --scratch=FOLDER --patches=conformance/bugs` runs them all again, and
`conformance/bugs/make_page.py` makes this page; `//conformance/bugs:bugs_test` sees to it that every patch still applies.

%d patches, %d caught.

| bug | what | where it happened | caught by |
|---|---|---|---|
"""

PROFILES = """
## Differences that are policy

Some of what was a bug somewhere is how another implementation is; it is data in `protocol/profile.h`, and `wgsim conform` shows it as XFAIL of
that profile (`conformance/expectations/`): boringtun's window of 1,024 counters (113), data without padding (117), its load by messages per
second (116), wireguard-go's paper limit of messages (110), its cookies that a second reply replaces, and the way in which a list is replaced:
emptied first (49: all that was ever released), or by tags, with and without the fault at the root of an empty table
(`LINUX_TAGGED_REPLACE`, `LINUX_TAGGED_REPLACE_ROOT_FAULT`; the scenario `replace_make_before_break`).

## What is not here

Of the 131 bugs of that list those are missing that cannot be in a value machine of one thread: races and lock orders (2, 8, 11, 12, 16, 17, 24,
25, 29, 30, 62, 70, 72, 73, 81, 84, 85, 92, 100), memory and types of C (4, 5, 13, 14, 33, 38, 45, 57, 71, 89, 102, 111, 120, 124), sockets, cards
and the kernel's other parts (10, 15, 18, 26, 27, 31, 39, 46, 65, 74, 75, 76, 82, 91, 93, 118), wg-quick (68, 69) and managers (131: scenarios).
"""


def header(path):
    """The lines before the diff: {"Bug": ..., "Where": ..., "What": ...}."""
    fields = {}
    with open(path, encoding="utf-8") as text:
        for line in text:
            if not line.strip():
                return fields
            key, _, value = line.partition(": ")
            fields[key] = value.strip()
    return fields


def patches():
    return sorted(glob.glob(os.path.join(FOLDER, "*.patch")))


def make(caught):
    rows, found = [], 0
    for path in patches():
        name, fields = os.path.basename(path), header(path)
        by = caught.get(name, "")
        found += bool(by)
        rows.append("| [%s](../%s) | %s | %s | %s |" % (fields["Bug"], path, fields["What"], fields["Where"], "`%s`" % by if by else "nothing"))
    return HEAD % (len(rows), found) + "\n".join(rows) + "\n" + PROFILES


def main(results=None):
    if results:
        with open(results, encoding="utf-8") as lines:
            verdicts = [json.loads(line) for line in lines]
        caught = {one["what"]: one["by"] for one in verdicts if one["kind"] == "patch" and one["verdict"] == "killed"}
        with open(CAUGHT, "w", encoding="utf-8") as out:
            json.dump(caught, out, indent=1, sort_keys=True)
            out.write("\n")
    with open(CAUGHT, encoding="utf-8") as text:
        caught = json.load(text)
    with open(PAGE, "w", encoding="utf-8") as out:
        out.write(make(caught))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
