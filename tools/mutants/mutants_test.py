# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""The places where code is changed, and the sample of them."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import mutation_run  # noqa: E402
import places  # noqa: E402

TEXT = """\
#include "protocol/ip.h"  // a < b
constexpr int kLimit = 20;
bool F(std::vector<int> v, int a) {
  CHECK_LT(a, 3) << "a < b"
                 << a + 1;
  if (a < 3 && !v.empty()) return true;
  v.push_back(a);
  total_ += a;
  return false;
}
"""


def changes(text):
    return [(p.line, p.old, p.new) for p in places.places("protocol/f.cc", text)]


class Places(unittest.TestCase):
    def test_operators_constants_words_conditions_and_statements_are_found(self):
        self.assertEqual(sorted(changes(TEXT)), sorted([
            (2, "20", "(20 + 1)"),
            (6, " < ", " <= "),
            (6, " && ", " || "),
            (6, "!", ""),
            (6, "3", "(3 + 1)"),
            (6, "true", "false"),
            (6, "a < 3 && !v.empty()", "!(a < 3 && !v.empty())"),
            (7, "v.push_back(a);", ";"),
            (8, " += ", " -= "),
            (8, "total_ += a;", ";"),
            (9, "false", "true"),
        ]))

    def test_comments_strings_includes_and_checks_are_no_places(self):
        self.assertEqual(changes('// a < b\n#include "a"\n  f("a < 1");\nCHECK(a < 1);\n/* 1 < 2\n 3 */\n'), [(3, 'f("a < 1");', ";")])

    def test_a_change_is_of_its_place_alone(self):
        place = next(p for p in places.places("protocol/f.cc", TEXT) if p.old == " += ")
        changed = places.mutated(TEXT, place)
        self.assertEqual([a for a, b in zip(TEXT.splitlines(), changed.splitlines()) if a != b], ["  total_ += a;"])
        self.assertIn("  total_ -= a;\n", changed)
        with self.assertRaises(ValueError):
            places.mutated(changed, place)

    def test_the_same_seed_takes_the_same_places_of_tested_files_only(self):
        with tempfile.TemporaryDirectory() as tree:
            os.mkdir(os.path.join(tree, "protocol"))
            for name in ("f.cc", "f_test.cc", "g.h"):
                with open(os.path.join(tree, "protocol", name), "w", encoding="utf-8") as out:
                    out.write(TEXT)
            one, again, other = (mutation_run.sample(tree, 8, seed) for seed in (1, 1, 2))
            self.assertEqual(one, again)
            self.assertNotEqual(one, other)
            self.assertEqual({p.file for p in mutation_run.sample(tree, 1000, 1)}, {"protocol/f.cc", "protocol/g.h"})

    def test_the_report_counts_and_lists_what_survived(self):
        with tempfile.TemporaryDirectory() as scratch:
            mutants = mutation_run.Mutants(scratch)
            for verdict, what in (("killed", "a"), ("survived", "b"), ("not viable", "c"), ("killed", "d")):
                mutants.write(what=what, kind="word", verdict=verdict, by="")
            self.assertEqual(mutants.report(), "4 places, 3 viable, 2 killed (66.7 %), 1 survived\n\n* `b`")
            self.assertEqual(len(mutants.done()), 4)


if __name__ == "__main__":
    unittest.main()
