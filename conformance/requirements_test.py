# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""conformance/requirements.textproto is complete and true of this tree, docs/CATALOGUE.md says the same, and the check finds what is not.

It names files all over the tree and is read in the checkout, to which the link of WORKSPACE leads.
"""

import os
import re
import unittest

from conformance import make_catalogue

PROFILES = {"LINUX_6_12", "LINUX_6_16", "WIREGUARD_GO", "BORINGTUN"}


def read(path):
    full = os.path.join(os.path.dirname(os.path.realpath("WORKSPACE")), path)
    if not os.path.isfile(full):
        return None
    with open(full, encoding="utf-8") as file:
        return file.read()


def has_test(text, name):
    """Whether the source of a test has one of this name."""
    kinds = (r"\bTEST(_F|_P)?\(\s*\w+,\s*%s\)", r"\bdef %s\(", r"\{\s*\"%s\",\s*&")  # googletest, unittest, an assertion
    return any(re.search(kind % re.escape(name), text) for kind in kinds)


def faults(catalogue, read):
    """What is wrong with a catalogue; read(file) gives a file's text, or None."""
    found = []
    wanted = ["%s-%03d" % (family.name, number + 1) for family in catalogue.families for number in range(family.requirements)]
    ids = [requirement.id for requirement in catalogue.requirements]
    found += ["%s is missing" % one for one in wanted if one not in ids]
    found += ["%s is there twice" % one for one in sorted(set(ids)) if ids.count(one) > 1]
    found += ["%s is of no family" % one for one in ids if one not in wanted]
    if ids != sorted(ids, key=lambda one: wanted.index(one) if one in wanted else -1):
        found.append("not in their order")
    for requirement in catalogue.requirements:
        say = lambda fault: found.append("%s %s" % (requirement.id, fault))
        if not requirement.seen:
            say("does not say where it is seen")
        if bool(requirement.tests) == bool(requirement.untested):
            say("needs either tests or a reason why there are none")
        for text in (requirement.words, requirement.stimulus, requirement.observable, requirement.source):
            if not text.strip():
                say("has an empty text")
        for difference in requirement.differs:
            if difference.profile not in PROFILES:
                say("knows no profile %s" % difference.profile)
        for test in requirement.tests:
            text = read(test.file)
            if text is None:
                say("names %s, which is not there" % test.file)
            elif not has_test(text, test.name):
                say("names %s, which %s does not have" % (test.name, test.file))
    return found


class PlacesTest(unittest.TestCase):
    def test_numbers_are_single_or_spans(self):
        self.assertEqual(make_catalogue.numbers(["001", "to", "003", "007", "009", "010"]), [1, 2, 3, 7, 9, 10])


class CheckTest(unittest.TestCase):
    GOOD = """families { name: "A" title: "a" requirements: 2 }
        requirements { id: "A-001" level: MUST seen: WIRE words: "w" stimulus: "s" observable: "o" source: "f"
                       tests { file: "a_test.cc" name: "Holds" } }
        requirements { id: "A-002" level: INFO seen: INTERNAL words: "w" stimulus: "s" observable: "o" source: "f"
                       untested: "nobody can" }"""
    TREE = {"a_test.cc": "TEST_F(A, Holds) {}  // HoldsNot"}

    def of(self, before="", after=""):
        self.assertIn(before, self.GOOD)
        return faults(make_catalogue.load(self.GOOD.replace(before, after, 1)), self.TREE.get)

    def test_what_is_true(self):
        self.assertEqual(self.of(), [])

    def test_what_is_not(self):
        for before, after, fault in (
                ('requirements: 2', 'requirements: 3', "A-003 is missing"),
                ('"A-002"', '"A-001"', "A-001 is there twice"),
                ('requirements: 2', 'requirements: 1', "A-002 is of no family"),
                ('untested: "nobody can"', '', "A-002 needs either tests or a reason why there are none"),
                ('untested: "nobody can"', 'untested: "no" tests { file: "a_test.cc" name: "Holds" }',
                 "A-002 needs either tests or a reason why there are none"),
                ('"a_test.cc"', '"b_test.cc"', "A-001 names b_test.cc, which is not there"),
                ('"Holds"', '"HoldsNot"', "A-001 names HoldsNot, which a_test.cc does not have"),
                ('source: "f"', 'source: ""', "A-001 has an empty text"),
                ('seen: WIRE', '', "A-001 does not say where it is seen"),
                ('source: "f"', 'source: "f" differs { profile: "X" words: "x" }', "A-001 knows no profile X")):
            with self.subTest(fault):
                self.assertIn(fault, self.of(before, after))


class CatalogueTest(unittest.TestCase):
    def test_it_has_each_claim_once_and_each_has_a_test_or_a_reason(self):
        catalogue = make_catalogue.load()
        self.assertEqual(len(catalogue.requirements), 587)
        self.assertEqual(faults(catalogue, read), [])

    def test_at_least_520_are_tested_by_execution(self):
        self.assertGreaterEqual(sum(1 for one in make_catalogue.load().requirements if one.tests), 520)

    def in_the_checkout(self):
        here = os.getcwd()
        os.chdir(os.path.dirname(os.path.realpath("WORKSPACE")))
        self.addCleanup(os.chdir, here)

    def test_every_claim_is_kept_somewhere_in_the_code(self):
        catalogue = make_catalogue.load()
        self.in_the_checkout()
        places = make_catalogue.places()
        self.assertEqual([one for one in places if one not in [each.id for each in catalogue.requirements]], [])
        # DEV-019 is about loading a kernel module.
        self.assertEqual([one.id for one in catalogue.requirements if one.id not in places], ["DEV-019"])

    def test_every_assertion_is_among_the_tests_of_what_it_proves(self):
        text = read(make_catalogue.SOURCE)
        self.in_the_checkout()
        self.assertGreaterEqual(len(make_catalogue.assertions()), 300)
        self.assertEqual(text, make_catalogue.linked(text), "run conformance/make_catalogue.py")

    def test_the_page_says_the_same(self):
        page, catalogue = read(make_catalogue.TARGET), make_catalogue.load()
        self.in_the_checkout()
        self.assertEqual(page, make_catalogue.make(catalogue, make_catalogue.places()),
                         "run conformance/make_catalogue.py")


if __name__ == "__main__":
    unittest.main()
