#!/usr/bin/python3
# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Reads conformance/requirements.textproto; writes into it which assertions prove what, and docs/CATALOGUE.md from it and from what
the code says it keeps.

    conformance/make_catalogue.py            from the root of the checkout

An assertion's name begins with the ids of what it proves (conformance/assertion.h); other tests are named in the catalogue by hand.
"""

import glob
import os
import re
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format

PROTO, SOURCE, TARGET = "conformance/requirement.proto", "conformance/requirements.textproto", "docs/CATALOGUE.md"

HEAD = """# Catalogue

What an implementation that behaves like Linux's must do, one row per claim, the files that keep it, and the tests that fail if it is not
kept. Made from `conformance/requirements.textproto` and the comments at the head of those files by `conformance/make_catalogue.py`: change that, not this file. `//conformance:requirements_test`
checks that every test named here exists. DUT is the implementation under test; T is a peer of it that knows the protocol and may break
every rule (`protocol/wire_tester.h`).

"""


def load(text=None):
    """The catalogue as a message; of `text` if there is one. Raises text_format.ParseError."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "set")
        subprocess.run(["/usr/bin/protoc", "--proto_path=.", "--descriptor_set_out=" + path, PROTO], check=True)
        with open(path, "rb") as file:
            files = descriptor_pb2.FileDescriptorSet.FromString(file.read()).file
    pool = descriptor_pool.DescriptorPool()
    for file in files:
        pool.Add(file)
    kind = message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("conformance.file.Catalogue"))
    if text is None:
        with open(SOURCE, encoding="utf-8") as file:
            text = file.read()
    return text_format.Parse(text, kind())


def assertions():
    """Requirement -> [(file, name)] of the assertions that prove it, in their order."""
    found = {}
    for file in sorted(glob.glob("conformance/*_assertions.cc")):
        with open(file, encoding="utf-8") as text:
            names = re.findall(r'\{\s*"([A-Z0-9]+_\d{3}_\w+)",\s*&', text.read())
        for name in names:
            family = None
            for word in name.split("_"):
                if not re.fullmatch(r"\d{3}|[A-Z][A-Z0-9]+", word):
                    break
                if not word.isdigit():
                    family = word
                else:
                    found.setdefault("%s-%s" % (family, word), []).append((file, name))
    return found


def linked(text):
    """The catalogue's text with the assertions that there are, and no other, among the tests."""
    proofs = assertions()

    def link(match):
        block = re.sub(r'\n  tests \{ file: "conformance/\w+_assertions\.cc" name: "\w+" \}', "", match[0])
        lines = "".join('\n  tests { file: "%s" name: "%s" }' % proof for proof in proofs.get(re.search(r'id: "([^"]+)"', block)[1], []))
        if lines:
            block = re.sub(r'\n  untested: "(?:\\.|[^"\\])*"', "", block)
        at = max([found.end() for found in re.finditer(r"\n  (?:tests|source)\b[^\n]*", block)])
        return block[:at] + lines + block[at:]

    return re.sub(r"^requirements \{.*?^\}", link, text, flags=re.S | re.M)


def numbers(words):
    """["001", "to", "003", "007"] -> 1, 2, 3, 7."""
    found, until = [], False
    for word in words:
        if word == "to":
            until = True
        else:
            found += range(found[-1] + 1 if until else int(word), int(word) + 1)
            until = False
    return found


def places():
    """Requirement -> the files that keep it: they say so in their first comment: "Requirements: NOISE-001 to 008; RX-001." """
    found = {}
    for file in sorted(glob.glob("protocol/**/*.h", recursive=True) + glob.glob("protocol/**/*.cc", recursive=True) + glob.glob("sim/wg/*.h")):
        with open(file, encoding="utf-8") as text:
            said = re.search(r"^// Requirements: ((?:.*\n//   )*.*)\.$", text.read(), flags=re.M)
        for family in said[1].replace("\n//   ", " ").split("; ") if said else ():
            name, _, rest = family.partition("-")
            for number in numbers(rest.split()):
                found.setdefault("%s-%03d" % (name, number), []).append(file)
    return found


def enum_names(message, field):
    """The names of a field's values, in small letters."""
    values = message.DESCRIPTOR.fields_by_name[field].enum_type.values_by_number
    found = getattr(message, field)
    return [values[number].name.lower() for number in (found if not isinstance(found, int) else [found])]


def tests_cell(requirement):
    """The tests, those of a file together."""
    by_file = {}
    for test in requirement.tests:
        by_file.setdefault(test.file, []).append("`%s`" % test.name)
    return "; ".join("`%s`: %s" % (file, ", ".join(names)) for file, names in by_file.items()) or "–"


def row(requirement, kept_in):
    remarks = ["%s: %s" % (difference.profile, difference.words) for difference in requirement.differs]
    remarks += [text for text in (requirement.untested, requirement.remark) if text]
    where = ", ".join(enum_names(requirement, "seen") + enum_names(requirement, "needs"))
    cells = ["`%s`" % requirement.id, enum_names(requirement, "level")[0].upper(), where, requirement.words,
             ", ".join("`%s`" % file for file in kept_in) or "–", tests_cell(requirement), "; ".join(remarks)]
    return "| %s |" % " | ".join(cell.replace("|", "\\|") for cell in cells)


def make(catalogue, kept_in):
    """The page; kept_in: as places() says."""
    tested = sum(1 for requirement in catalogue.requirements if requirement.tests)
    parts = [HEAD, "%d claims; %d have tests, %d a reason why not.\n" % (
        len(catalogue.requirements), tested, len(catalogue.requirements) - tested)]
    for family in catalogue.families:
        rows = [row(one, kept_in.get(one.id, ())) for one in catalogue.requirements if one.id.rpartition("-")[0] == family.name]
        parts.append("\n## %s\n\n| id | level | seen | claim | kept in | tests | remark |\n|---|---|---|---|---|---|---|\n%s\n" % (
            family.title, "\n".join(rows)))
    return "".join(parts)


def main():
    with open(SOURCE, encoding="utf-8") as file:
        text = linked(file.read())
    with open(SOURCE, "w", encoding="utf-8") as file:
        file.write(text)
    with open(TARGET, "w", encoding="utf-8") as file:
        file.write(make(load(), places()))


if __name__ == "__main__":
    sys.exit(main())
