# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""docs/KERNEL_MAP.md is true of this tree, and its check finds what is not.

It names files all over the tree and is read in the checkout, to which the link of WORKSPACE leads.
"""

import os
import unittest

from tools import kernel_map

TREE = {"a.cc": "int Twice(int x) { return Half::Inverse(x); }"}
HEAD = "".join("## %s\n" % name for name in kernel_map.KERNEL_FILES)


def faults(row):
    return kernel_map.check(HEAD + "## x.c\n" + row, TREE.get)


class CheckTest(unittest.TestCase):
    def test_what_is_true(self):
        self.assertEqual(faults("| `f` | `a.cc`: `Twice`, `Half::Inverse` | |"), [])
        self.assertEqual(faults("| `f` | – | because |"), [])
        self.assertEqual(faults("| kernel | here | remark |"), [])

    def test_what_is_not(self):
        for row, fault in (("| `f` | `b.cc`: `Twice` | |", "there is no b.cc"),
                           ("| `f` | `a.cc`: `Twic` | |", "a.cc knows no Twic"),
                           ("| `f` | `a.cc`: `Half::Twice`, `No::Twice` | |", "a.cc knows no No::Twice"),
                           ("| `f` | `a.cc` | |", "'`a.cc`' is not `file`: `name`"),
                           ("| `f` | – | |", "`f` has neither a place nor a reason"),
                           ("| `f` | `a.cc`: `Twice` |", "2 cells")):
            self.assertEqual([found.split(": ", 1)[1] for found in faults(row)], [fault])
        self.assertEqual(len(faults("| `f` | – | x |\n| `f` | – | y |")), 1)
        self.assertIn("0: no section for noise.c", kernel_map.check("## cookie.c\n", TREE.get))


def read(path):
    full = os.path.join(os.path.dirname(os.path.realpath("WORKSPACE")), path)
    if not os.path.isfile(full):
        return None
    with open(full, encoding="utf-8") as file:
        return file.read()


class DocumentsTest(unittest.TestCase):
    def test_the_kernel_map_is_true(self):
        text = read("docs/KERNEL_MAP.md")
        self.assertGreater(len(kernel_map.rows(text)), 100)
        self.assertEqual(kernel_map.check(text, read), [])


if __name__ == "__main__":
    unittest.main()
