# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Three hundred wrong scenarios, made from the library's: each gives a clear error, and nothing runs.

Each mutant is one of the library's files with one thing changed, chosen with a fixed seed. Most are wrong: the program must end with
exit code 2 within seconds, and say on stderr, and nowhere else, where (FILE:LINE:COLUMN, within the file), in which field, and
what; where a single value was changed, one of the places is that value. Some mutants are right by chance: these must load.
"""

import collections
import concurrent.futures
import os
import random
import re
import subprocess
import tempfile
import unittest

WGSIM = os.path.abspath("tools/wgsim")
SEED = 20260101
WANTED = 300
# Unfolding these takes seconds.
LARGE = ("cilium_cluster",)

TOKEN = re.compile(r'\s+|#[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|[A-Za-z_][A-Za-z0-9_]*|-?[0-9][0-9.]*|.', re.S)
LINE = re.compile(r"^(?P<file>[^:]+):(?P<line>\d+):(?P<column>\d+): (?:(?P<field>[A-Za-z_][\w.\[\]]*): )?(?P<message>\S.{9,})$")


class Field:
    """NAME: VALUE or NAME { ... } in a text."""

    def __init__(self, name, begin, parent):
        self.name, self.begin, self.parent = name, begin, parent
        self.end = begin
        self.value = None  # (begin, end) of a single value
        self.children = []

    def path(self):
        return (self.parent.path() + "." if self.parent.parent else "") + self.name


def parse(text):
    """All fields of a text, outer ones first. Enough of protobuf's text format for the library."""
    tokens = [(match.start(), match[0]) for match in TOKEN.finditer(text)
              if not match[0].isspace() and not match[0].startswith("#")]
    root = Field("", 0, None)
    fields, at = [], 0

    def message(parent, closing):
        nonlocal at
        while at < len(tokens) and tokens[at][1] != closing:
            begin, word = tokens[at]
            if word in ",;":
                at += 1
                continue
            field = Field(word, begin, parent)
            parent.children.append(field)
            fields.append(field)
            at += 1
            if tokens[at][1] == ":":
                at += 1
            if tokens[at][1] == "{":
                at += 1
                message(field, "}")
                field.end = tokens[at][0] + 1
                at += 1
            elif tokens[at][1] == "[":
                while tokens[at][1] != "]":
                    at += 1
                field.end = tokens[at][0] + 1
                at += 1
            else:
                start = tokens[at][0]
                while True:
                    field.end = tokens[at][0] + len(tokens[at][1])
                    at += 1
                    more = at < len(tokens) and tokens[at][1][0] in "\"'" and text[start] in "\"'"
                    if not more:
                        break
                field.value = (start, field.end)

    message(root, None)
    return fields


Mutant = collections.namedtuple("Mutant", "kind text at structural")


def line_of(text, position):
    return text.count("\n", 0, position) + 1


class Mutator:
    """Changes one thing of a text. Each method returns (text, position or None where elsewhere may be blamed, structural)."""

    def __init__(self, text, rng):
        self.text, self.rng = text, rng
        self.fields = parse(text)

    def _choose(self, accept):
        fields = [field for field in self.fields if accept(field)]
        return self.rng.choice(fields) if fields else None

    def _replace(self, field, value, anywhere=False):
        begin, end = field.value
        return self.text[:begin] + value + self.text[end:], None if anywhere else (field.begin, begin), False

    def _values(self, pattern, names=None):
        return self._choose(lambda f: f.value and re.fullmatch(pattern, self.text[f.value[0]:f.value[1]], re.S) and
                            (names is None or f.name in names))

    def delete_field(self):
        field = self._choose(lambda f: f.name not in ("description",))
        return self.text[:field.begin] + self.text[field.end:], None, False

    def misspell_field(self):
        field = self._choose(lambda f: True)
        i = self.rng.randrange(len(field.name))
        name = field.name[:i] + self.rng.choice("qxz") + field.name[i + self.rng.randrange(2):]
        return self.text[:field.begin] + name + self.text[field.begin + len(field.name):], (field.begin,), False

    def double_field(self):
        field = self._choose(lambda f: f.value)
        return self.text[:field.end] + " " + self.text[field.begin:field.end] + self.text[field.end:], None, False

    def double_message(self):
        field = self._choose(lambda f: f.value is None)
        return self.text[:field.end] + " " + self.text[field.begin:field.end] + self.text[field.end:], None, False

    def number_as_text(self):
        field = self._values(r"[0-9]+")
        return field and self._replace(field, '"%s"' % self.text[field.value[0]:field.value[1]])

    def text_as_number(self):
        field = self._values(r'".*"')
        return field and self._replace(field, self.rng.choice(["7", "3.5", "true", "-1"]))

    def value_as_message(self):
        field = self._values(r".*")
        return self._replace(field, "{ }")

    def message_as_value(self):
        field = self._choose(lambda f: f.value is None)
        return self.text[:field.begin] + field.name + ": 3" + self.text[field.end:], (field.begin,), False

    def out_of_range(self):
        field = self._values(r"[0-9]+")
        return field and self._replace(field, self.rng.choice(["-1", "-70000", "4294967296", "99999999999999999999999"]))

    def far_too_large(self):
        field = self._values(r"[0-9]+", ("cores", "count", "listen_port", "mtu", "payload_bytes", "segments", "interrupt_core",
                                         "core", "from_core", "to_core", "rx_queues", "loss_ppm", "events", "hz", "times",
                                         "persistent_keepalive"))
        return field and self._replace(field, "4294967295")

    def no_unit(self):
        field = self._values(r'"[0-9.]+[a-zA-Z/]+"')
        return field and self._replace(field, re.sub(r"[a-zA-Z/]+", "", self.text[field.value[0]:field.value[1]]))

    def wrong_unit(self):
        field = self._values(r'"[0-9.]+[a-zA-Z/]+"')
        unit = self.rng.choice(["sec", "ns/s", "Gb", "S", "minutes", "%", "us us"])
        return field and self._replace(field, re.sub(r"[a-zA-Z/]+", unit, self.text[field.value[0]:field.value[1]]))

    def negative_quantity(self):
        field = self._values(r'"[0-9.]+[a-zA-Z/]+"')
        return field and self._replace(field, self.text[field.value[0]:field.value[1]].replace('"', '"-', 1))

    def dangling_name(self):
        field = self._values(r'".*"', ("host", "a", "b", "mesh", "from", "to", "pods", "peer", "via", "device", "cost_model"))
        return field and self._replace(field, '"nobody"')

    def empty_text(self):
        field = self._values(r'".+"')
        return field and self._replace(field, '""', anywhere=field.name == "name")

    def bad_name(self):
        field = self._values(r'".+"', ("name",))
        return field and self._replace(field, self.rng.choice(['"a b"', '"x/y"', '"%s"' % ("n" * 64)]), anywhere=True)

    def bad_address(self):
        field = self._values(r'"[0-9a-f.:{}node+/]+[.:][0-9a-f.:{}node+/]+"')
        return field and self._replace(field, self.rng.choice(['"10.0.0.256"', '"10.0.0"', '"fd00:::1"', '"10.0.0.0/33"', '"host"']))

    def bad_template(self):
        field = self._values(r'".*\{node.*\}.*"')
        return field and self._replace(field, self.text[field.value[0]:field.value[1]].replace("node", "nodes", 1))

    def unclosed_template(self):
        field = self._values(r'".*\{node.*\}.*"')
        return field and self._replace(field, self.text[field.value[0]:field.value[1]].replace("}", "", 1))

    def unknown_enum(self):
        field = self._values(r"[A-Z][A-Z_0-9]+")
        return field and self._replace(field, self.rng.choice(["NOTHING", "REPLACE_ALL", "Replace", "linux"]))

    def bad_expectation(self):
        field = self._values(r'".*"', ("expectations",))
        wrong = self.rng.choice(["nobody.bystanders.refused == 0", "refused", "%s.bystanders.refusd == 0", "%s.bystanders == 0",
                                 "%s.bystanders.refused = 0", "%s.bystanders.refused == ", "(%s.steps > 1", "1 < 2 < 3"])
        variant = self._choose(lambda f: f.value and f.name == "name" and f.parent.name == "variants")
        name = variant and self.text[variant.value[0] + 1:variant.value[1] - 1]
        return field and variant and self._replace(field, '"%s"' % (wrong % name if "%s" in wrong else wrong))

    def bad_set(self):
        field = self._choose(lambda f: f.name == "name" and f.parent.name == "variants")
        wrong = self.rng.choice(["duration=1s", "hosts.nobody.cores=1", "links[99].delay=1s", "flows[*].strem.rate=1/s", "cores=1",
                                 "cost_model", "hosts[0].cores=many"])
        return field and (self.text[:field.end] + ' set: "%s"' % wrong + self.text[field.end:], (field.begin,), False)

    def moved_message(self):
        inner = self._choose(lambda f: f.value is None and f.parent.parent)
        if inner is None:
            return None
        moved = self.text[inner.begin:inner.end]
        return self.text[:inner.begin] + self.text[inner.end:] + "\n" + moved + "\n", None, False

    def swapped_messages(self):
        a = self._choose(lambda f: f.value is None and not f.parent.parent)
        b = self._choose(lambda f: f.value is None and not f.parent.parent and f.name != a.name)
        if b is None:
            return None
        text = self.text
        for field, name in sorted(((a, b.name), (b, a.name)), key=lambda pair: -pair[0].begin):
            text = text[:field.begin] + name + text[field.begin + len(field.name):]
        return text, None, False

    def cut_file(self):
        field = self._choose(lambda f: f.value is None)
        return self.text[:self.rng.randrange(field.begin + len(field.name), field.end - 1)], None, True

    def lost_bracket(self):
        position = self.rng.choice([i for i, c in enumerate(self.text) if c in "{}"])
        return self.text[:position] + self.text[position + 1:], None, True

    def lost_quote(self):
        field = self._values(r'"[^"]*"')
        return field and (self.text[:field.end - 1] + self.text[field.end:], None, True)

    def stray_letter(self):
        field = self._choose(lambda f: True)
        return self.text[:field.end] + self.rng.choice([" %", " }", " @x", " = 5", " :"]) + self.text[field.end:], None, True

    def stray_byte(self):
        position = self.rng.choice(self.fields).begin
        return self.text[:position] + self.rng.choice(["\x00", "\x07", "\u00e9", "\ufeff"]) + self.text[position:], None, True


KINDS = sorted(name for name in vars(Mutator) if not name.startswith("_"))


def library():
    found = {}
    for folder in ("scenarios", "scenarios/netns"):
        for file in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            if file.endswith(".textproto") and not file.startswith(LARGE):
                with open(os.path.join(folder, file), encoding="utf-8") as opened:
                    found[os.path.join(folder, file)] = opened.read()
    return found


def mutants():
    """Without end, and each time the same."""
    rng = random.Random(SEED)
    files = library()
    seen = set()
    while True:
        for kind in KINDS:
            path = rng.choice(sorted(files))
            made = getattr(Mutator(files[path], rng), kind)()
            if not made or made[0] == files[path] or made[0] in seen:
                continue
            seen.add(made[0])
            yield Mutant("%s of %s" % (kind, path), made[0], made[1], made[2])


def complaint_about(mutant, path, code, out, err):
    """What is wrong with how the program took it; "" if nothing. REQUIRES: the mutant is wrong."""
    if code != 2:
        return "exit code %d" % code
    if out:
        return "stdout: " + out[:200]
    lines = err.splitlines()
    places = []
    for line in lines:
        match = LINE.match(line)
        if re.fullmatch(r"and \d+ more", line):
            continue
        if not match:
            return "no FILE:LINE:COLUMN: MESSAGE: " + line
        if match["file"] == path and not 1 <= int(match["line"]) <= mutant.text.count("\n") + 1:
            return "there is no such line: " + line
        if not match["field"] and not mutant.structural:
            return "no field: " + line
        places.append(int(match["line"]))
    if not places:
        return "nothing is said"
    if mutant.at is not None and not {line_of(mutant.text, at) for at in mutant.at} & set(places):
        return "the changed line is not among those named"
    return ""


class MutantsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def call(self, *words):
        done = subprocess.run([WGSIM, *words], capture_output=True, text=True, timeout=60, check=False, errors="replace")
        return done.returncode, done.stdout, done.stderr

    def judge(self, numbered):
        """(wrong?, complaint) of a mutant."""
        number, mutant = numbered
        path = os.path.join(self.folder, "m%d.textproto" % number)
        with open(path, "w", encoding="utf-8") as file:
            file.write(mutant.text)
        code, out, err = self.call("describe", path)
        if code == 0:
            return False, "" if out and not err else "loads, but says: " + err
        wrote = path + ".json"
        ran = self.call("run", path, "--json=" + wrote)
        complaint = complaint_about(mutant, path, *ran)
        if not complaint and ran[2] != err:
            complaint = "describe says something else: " + err
        if not complaint and os.path.exists(wrote):
            complaint = "something was written"
        return True, complaint and "%s\n  %s\n%s" % (mutant.kind, complaint, ran[2] or err)

    def test_three_hundred_wrong_scenarios_give_three_hundred_clear_errors(self):
        wrong, right, complaints, number = collections.Counter(), 0, [], 0
        source = mutants()
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            while sum(wrong.values()) < WANTED:
                batch = [(number + i, next(source)) for i in range(20)]
                number += len(batch)
                for (_, mutant), (is_wrong, complaint) in zip(batch, pool.map(self.judge, batch)):
                    if is_wrong:
                        wrong[mutant.kind.split(" ")[0]] += 1
                    else:
                        right += 1
                    if complaint:
                        complaints.append(complaint)
        print("%d wrong, %d right; of a kind: %s" % (sum(wrong.values()), right, dict(wrong)))
        self.assertGreaterEqual(len(wrong), 25)
        self.assertEqual(complaints, [], "%d of %d\n%s" % (len(complaints), number, "\n".join(complaints)))


if __name__ == "__main__":
    unittest.main()
