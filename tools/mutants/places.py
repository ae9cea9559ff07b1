# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Places of a C++ source where one operator, constant or statement can be changed, and what they are changed to.

Knows the formatter's style: binary operators stand between spaces, a statement that fills one line ends it. What is not behaviour is no
place: comments, strings, includes, declarations, and CHECKs with what they say (they guard against programmers).
"""

import collections
import re

# `line` counts from 1, `begin` and `end` from 0 within it.
Place = collections.namedtuple("Place", "file line begin end old new kind")

# What is found -> what it becomes. Groups named `at` are replaced, else the whole match.
OPERATORS = [
    (" < ", " <= "), (" <= ", " < "), (" > ", " >= "), (" >= ", " > "), (" == ", " != "), (" != ", " == "),
    (" + ", " - "), (" - ", " + "), (" && ", " || "), (" || ", " && "), (" += ", " -= "), (" -= ", " += "),
    (" % ", " / "), (" | ", " & "), (" & ", " | "), (" ^ ", " | "),
    ("++", "--"), ("--", "++"), ("std::min(", "std::max("), ("std::max(", "std::min("),
]
WORDS = [(r"\btrue\b", "false"), (r"\bfalse\b", "true"), (r"\bbreak;", "continue;"), (r"\bcontinue;", "break;")]
NOT = re.compile(r"!(?=[A-Za-z_(*])")
NUMBER = re.compile(r"(?<![\w.'\[])(\d[\d']*|0x[0-9a-fA-F']+)(?=[^\w.'\]])")
CONDITION = re.compile(r"\b(if|while) \((?P<at>[^;{}]+?)\)(?= (?:\{|return|continue|break|[A-Za-z_*+(]))")
STATEMENT = re.compile(r"^\s+(?P<at>[A-Za-z_*(][\w:.\->\[\]()*&]*(?:\(.*\)|\s[-+|&^]?=\s.*|\+\+|--);)$")
NO_STATEMENT = re.compile(r"^\s*(return|using|typedef|static_assert|case|default|delete|goto|public|private|friend|namespace|[\w:<>,&*][\w:<>,&* ]*\s\w+\s*(=|\(|;|\{))")
CHECK = re.compile(r"\b(CHECK(_\w+)?|static_assert|assert)\(")
NOT_BEHAVIOUR = re.compile(r"^\s*#|^\s*using |\bABSL_|\boperator\b|^\s*template\b")


def blanked(text):
    """The text with comments, strings and characters made blank; every position stays what it was."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match[0])
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])\'', blank, text, flags=re.S)


def places(file, text):
    """All places of one file, in their order."""
    found = []
    in_check = False  # which may go over several lines
    for number, (line, code) in enumerate(zip(text.splitlines(), blanked(text).splitlines()), 1):
        in_check = in_check or bool(CHECK.search(code))
        if in_check:
            in_check = not code.rstrip().endswith(";")
            continue
        if NOT_BEHAVIOUR.search(code):
            continue

        def add(begin, end, new, kind):
            found.append(Place(file, number, begin, end, line[begin:end], new, kind))

        for old, new in OPERATORS:
            at = code.find(old)
            while at >= 0:
                add(at, at + len(old), new, "operator")
                at = code.find(old, at + 1)
        for pattern, new in WORDS:
            for match in re.finditer(pattern, code):
                add(*match.span(), new, "word")
        for match in NOT.finditer(code):
            add(*match.span(), "", "operator")
        for match in NUMBER.finditer(code):
            add(*match.span(1), "(%s + 1)" % line[slice(*match.span(1))], "constant")
        for match in CONDITION.finditer(code):
            if match["at"].count("(") == match["at"].count(")"):
                add(*match.span("at"), "!(%s)" % line[slice(*match.span("at"))], "condition")
        match = STATEMENT.match(code)
        if match and not NO_STATEMENT.match(code):
            add(*match.span("at"), ";", "statement")
    return found


def mutated(text, place):
    """The text with that one place changed."""
    lines = text.split("\n")
    line = lines[place.line - 1]
    if line[place.begin:place.end] != place.old:
        raise ValueError("%s:%d is not what it was" % (place.file, place.line))
    lines[place.line - 1] = line[:place.begin] + place.new + line[place.end:]
    return "\n".join(lines)
