#!/usr/bin/python3
# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Writes docs/SCENARIOS.md: the tutorial, and the reference made from the comments of the .proto files.

    tools/make_scenarios_doc.py            from the root of the checkout
"""

import os
import re
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2

LANGUAGE, RESULT = "scenarios/scenario.proto", "scenarios/result.proto"
TUTORIAL, TARGET = "docs/scenarios_tutorial.md", "docs/SCENARIOS.md"
# Of the result, what figures are made of, the first first.
FIGURES = ["VariantResult", "FlowGroup", "Distribution", "FlowResult"]

HEAD = """# Scenarios

How to write one, how to put it into CI, and every field there is. The reference is made from the comments of `scenarios/*.proto` by
`tools/make_scenarios_doc.py`: change those, or [scenarios_tutorial.md](scenarios_tutorial.md), not this file.

"""
FIGURES_HEAD = """## Figures

What expectations can compare: VARIANT.FIGURE with the names below, from `scenarios/result.proto`; a figure that the variant does not have
itself is looked for in its bystanders. Elements of lists go by name: `replace.flows["api"].delivered`, `replace.errnos["ENOKEY"].count`. Only numbers
can be compared.
"""

Field = descriptor_pb2.FieldDescriptorProto
TYPES = {Field.TYPE_STRING: "text", Field.TYPE_BOOL: "true or false", Field.TYPE_DOUBLE: "number", Field.TYPE_FLOAT: "number"}


def descriptors():
    """All .proto files of the language and the result, those that are imported first."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "set")
        subprocess.run(["/usr/bin/protoc", "--proto_path=.", "--include_imports", "--include_source_info",
                        "--descriptor_set_out=" + path, LANGUAGE, RESULT], check=True)
        with open(path, "rb") as file:
            return list(descriptor_pb2.FileDescriptorSet.FromString(file.read()).file)


def comments(file):
    """Path in the descriptor -> its comment; () is the file's own."""
    found = {}
    for location in file.source_code_info.location:
        if location.leading_comments:
            found[tuple(location.path)] = location.leading_comments
        if tuple(location.path) == (12,):
            found[()] = "".join(location.leading_detached_comments) + location.leading_comments
    return found


def markdown(comment, indent=""):
    """A comment as Markdown: what is indented is code."""
    out, code = [], False
    for line in comment.rstrip().splitlines():
        line = line[1:] if line.startswith(" ") else line
        is_code = line.startswith("  ") or (code and not line)
        if is_code != code:
            out.append(indent + "```")
            code = is_code
        out.append((indent + line).rstrip())
    if code:
        while out[-1] == indent.rstrip():
            out.pop()
        out.append(indent + "```")
    return "\n".join(out)


def one_line(comment):
    return " ".join(comment.split())


def anchor(name):
    return "[%s](#%s)" % (name, name.lower())


def type_of(field):
    if field.type in (Field.TYPE_MESSAGE, Field.TYPE_ENUM):
        text = anchor(field.type_name.rsplit(".", 1)[-1])
    else:
        text = TYPES.get(field.type, "whole number")
    return "list of " + text if field.label == Field.LABEL_REPEATED else text


def default_of(field):
    if not field.HasField("default_value"):
        return ""
    value = '"%s"' % field.default_value if field.type == Field.TYPE_STRING else field.default_value
    return ", `%s` if left out" % value


def enum(descriptor, path, said):
    out = ["### %s\n" % descriptor.name, markdown(said.get(path, "")) + "\n"]
    for i, value in enumerate(descriptor.value):
        out.append("* `%s`: %s" % (value.name, one_line(said.get(path + (2, i), ""))))
    return "\n".join(out) + "\n"


def message(descriptor, path, said):
    out = ["### %s\n" % descriptor.name]
    if said.get(path):
        out.append(markdown(said[path]) + "\n")
    group = ""  # several fields under one comment: it stands above the first
    for i, field in enumerate(descriptor.field):
        comment = said.get(path + (2, i), "")
        kind = type_of(field) + default_of(field)
        if field.HasField("oneof_index") and not field.proto3_optional:
            names = [other.name for other in descriptor.field if other.HasField("oneof_index") and
                     other.oneof_index == field.oneof_index and other.name != field.name]
            if names:
                kind += ", excludes " + ", ".join("`%s`" % name for name in names)
        example = "\n".join(line for line in comment.splitlines() if line.startswith("   "))
        text = one_line("\n".join(line for line in comment.splitlines() if not line.startswith("   ")))
        if not text:
            text = group and "see above"
        else:
            group = text
        out.append("* **`%s`** (%s)%s" % (field.name, kind, ": " + text if text else ""))
        if example:
            out.append("  ```\n%s\n  ```" % "\n".join("  " + line.strip() for line in example.splitlines()))
    out.append("")
    for i, nested in enumerate(descriptor.nested_type):
        if not nested.options.map_entry:
            out.append(message(nested, path + (3, i), said))
    for i, nested in enumerate(descriptor.enum_type):
        out.append(enum(nested, path + (4, i), said))
    return "\n".join(out)


def imported(by_name, name):
    """The files that this one imports, and those that they import."""
    found = set()
    for part in by_name[name].dependency:
        found |= {part} | imported(by_name, part)
    return found


def reference(files):
    """Of the language: what all values have in common, the scenario itself, then the parts it imports, in order."""
    by_name = {file.name: file for file in files}
    main = by_name[LANGUAGE]
    said = comments(main)
    common = re.sub(r"^ Copyright.*\n( *\n)*", "", said.get((), ""))
    out = ["## Reference\n", markdown(common) + "\n"]
    # As people meet them: not in the order of the alphabet.
    order = ["machines", "links", "wireguard", "traffic", "churn", "script", "managers", "faults"]
    parts = sorted(imported(by_name, LANGUAGE),
                   key=lambda name: (order + [name[len("scenarios/"):-len(".proto")]]).index(name[len("scenarios/"):-len(".proto")]))
    for file in [main] + [by_name[part] for part in parts]:
        said = comments(file)
        if file is not main:
            words = re.sub(r"^ Copyright.*\n( *\n)*", "", said.get((), ""))
            words = one_line(words.split("Part of the language")[0])
            out.append("## %s\n" % (words.rstrip(". ") or file.name))
        for i, descriptor in sorted(enumerate(file.message_type), key=lambda pair: pair[1].name != "Scenario"):
            out.append(message(descriptor, (4, i), said))
        for i, descriptor in enumerate(file.enum_type):
            out.append(enum(descriptor, (5, i), said))
    return "\n".join(out)


def figures(files):
    (file,) = [file for file in files if file.name == RESULT]
    said = comments(file)
    found = {descriptor.name: message(descriptor, (4, i), said) for i, descriptor in enumerate(file.message_type)}
    names = FIGURES + sorted(name for name in found if name not in FIGURES)
    return FIGURES_HEAD + "\n" + "\n".join(found[name] for name in names)


def make():
    files = descriptors()
    with open(TUTORIAL, encoding="utf-8") as file:
        tutorial = file.read()
    text = HEAD + tutorial + "\n" + reference(files) + "\n" + figures(files)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+$", "", text, flags=re.M)).rstrip() + "\n"


if __name__ == "__main__":
    if len(sys.argv) > 1 or not os.path.exists(LANGUAGE):
        sys.exit(__doc__)
    MADE = make()
    with open(TARGET, "w", encoding="utf-8") as target:
        target.write(MADE)
