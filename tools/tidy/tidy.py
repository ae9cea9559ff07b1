# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""The rules of the house that no compiler checks. The first half is the rules, as data; the second applies them.

A rule that a file must break is named in EXCEPTIONS with the reason; an exception that is not needed any more is an
error too. tidy_test applies the rules to the tree, rules_test proves each rule on small texts.
"""

import fnmatch
import os
import re
import typing

# Layer -> the layers whose headers it may include besides its own. A file belongs to the longest folder that matches.
LAYERS = {
    "protocol": [],
    "protocol/netlink": ["protocol"],
    "protocol/uapi": ["protocol"],
    "protocol/wg8": ["protocol", "protocol/uapi"],
    "sim": [],
    "sim/net": ["sim"],
    "sim/wg": ["sim", "sim/net", "protocol", "protocol/netlink"],
    "scenarios": ["sim", "sim/net", "sim/wg", "protocol", "protocol/netlink", "protocol/wg8"],
    "conformance": ["scenarios", "sim", "sim/net", "sim/wg", "protocol", "protocol/netlink", "protocol/uapi"],
    "tools": ["conformance", "scenarios", "sim", "sim/net", "sim/wg", "protocol", "protocol/netlink", "protocol/uapi",
              "protocol/wg8"],
    "third_party": [],
}

# Single headers of other layers that a layer may include: plain values, without behaviour of WireGuard.
COMMON_HEADERS = ["protocol/check.h", "protocol/ip.h", "protocol/buffer.h", "protocol/errno.h"]
COMMON_HEADERS_FOR = ["sim", "sim/net"]

# Layer -> system headers that it may not include, as a pattern. Tests and benchmarks may.
_NO_IO = r"(thread|mutex|shared_mutex|atomic|future|condition_variable|random|ctime|iostream|fstream|filesystem" \
         r"|unistd\.h|time\.h|pthread\.h|sys/.*|net/.*|netinet/.*|linux/.*|google/protobuf/.*)"
FORBIDDEN_INCLUDES = {
    "protocol": (_NO_IO, "protocol is a value machine: no clock, no I/O, no threads, no protobuf"),
    "protocol/netlink": (_NO_IO, "protocol is a value machine: no clock, no I/O, no threads, no protobuf"),
    "protocol/uapi": (_NO_IO, "protocol is a value machine: no clock, no I/O, no threads, no protobuf"),
    "protocol/wg8": (_NO_IO, "protocol is a value machine: no clock, no I/O, no threads, no protobuf"),
    "sim": (_NO_IO, "a simulation is a function of its input: no clock, no I/O, no threads, no protobuf"),
    "sim/net": (_NO_IO, "a simulation is a function of its input: no clock, no I/O, no threads, no protobuf"),
    "sim/wg": (_NO_IO, "a simulation is a function of its input: no clock, no I/O, no threads, no protobuf"),
}


class Ban(typing.NamedTuple):
    """A pattern that must not occur in the code (comments and strings do not count) of files of these folders."""

    pattern: str
    why: str
    folders: tuple
    tests_too: bool = True


_SIMULATED = ("protocol", "sim", "scenarios")
_ALL = tuple(LAYERS)
BANS = [
    Ban(r"std::random_device|\bgetrandom\b|\brandombytes_(random|uniform|buf|stir)\b|absl::BitGen|absl::InsecureBitGen",
        "randomness is injected: wg::Entropy, sim::Rng", _SIMULATED),
    Ban(r"std::\w+_distribution|std::shuffle|absl::Uniform|\bs?rand\(",
        "random numbers come from sim::Rng: these differ from library to library", _SIMULATED),
    Ban(r"std::(mt19937|minstd_rand|default_random_engine|ranlux)", "random numbers come from sim::Rng", _SIMULATED,
        tests_too=False),
    Ban(r"std::chrono::(system|steady|high_resolution)_clock|absl::Now\(|\bgettimeofday\b|\bclock_gettime\b"
        r"|\btime\((nullptr|NULL|0)\)",
        "time is an argument: there is no clock to read", _SIMULATED),
    Ban(r"\b(float|double)\b", "no floating point: integers and ratios of integers", ("protocol", "sim"), tests_too=False),
    Ban(r"\bthread_local\b|\bstd::(thread|jthread|async|mutex|atomic)\b|absl::Mutex",
        "one thread; concurrency is simulated", _SIMULATED),
    Ban(r"\bassert\(", "CHECK of protocol/check.h is on in every build", _ALL),
    Ban(r"#\s*pragma\s+once", "include guards are written out", _ALL),
    Ban(r"\busing\s+namespace\s+std\b", "names of std are written out", _ALL),
    Ban(r"\bstd::(unordered_map|unordered_set)\b",
        "absl::flat_hash_map to look up, absl::btree_map or a sorted vector to iterate", _SIMULATED),
]

# Words that must not occur anywhere in a text file, comments included.
BANNED_WORDS = {
    r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b": "do it, or open an issue",
}

MAX_LINES = {".h": 250, ".cc": 500}
MAX_FUNCTION_LINES = 70

COPYRIGHT = "Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0"
COPYRIGHT_SUFFIXES = (".h", ".cc", ".proto", ".py", ".sh")

# (rule, file) -> why it must be so. The rule is the word in brackets of the message.
EXCEPTIONS = {}

TEXT_SUFFIXES = (".h", ".cc", ".proto", ".py", ".sh", ".bzl", ".md", ".txt", ".textproto")
TEXT_NAMES = ("BUILD", "WORKSPACE", "wgsim", "test", "run")
# Besides what is no source: texts that a program wrote, or writes and a test compares.
SKIPPED_FOLDERS = (".git", ".wgsim", "__pycache__", "golden", "testdata")

# ----------------------------------------------------------------------------------------------------------------------

_COMMENT_OR_STRING = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])*\'', re.S)
_INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)
_NOT_A_FUNCTION = re.compile(r"(inline )?(namespace|class|struct|enum|union|extern|concept|using|typedef)\b")


class Finding(typing.NamedTuple):
    path: str
    line: int
    rule: str
    text: str

    def __str__(self):
        return "%s:%d: %s [%s]" % (self.path, self.line, self.text, self.rule)


def layer_of(path):
    """The layer of a file, or None."""
    folders = [layer for layer in LAYERS if path.startswith(layer + "/")]
    return max(folders, key=len) if folders else None


def is_test(path):
    """Tests, benchmarks, fuzzers, and what only they use."""
    stem = os.path.splitext(os.path.basename(path))[0]
    return stem.endswith(("_test", "_bench", "_fuzz", "_fixture", "_testing")) or stem.startswith(("test_", "fake_"))


def code_of(text):
    """The text with comments and strings blanked out; lines and columns stay."""
    return _COMMENT_OR_STRING.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def _line(text, position):
    return text.count("\n", 0, position) + 1


def check_includes(path, text):
    layer = layer_of(path)
    if layer is None:
        return
    for match in _INCLUDE.finditer(text):
        header = match[2]
        target = layer_of(header)
        if target is None:
            pattern, why = FORBIDDEN_INCLUDES.get(layer, (None, None))
            if pattern and not is_test(path) and re.fullmatch(pattern, header):
                yield Finding(path, _line(text, match.start()), "include", "%s: %s" % (header, why))
        elif target != layer and target not in LAYERS[layer] and not (
                layer in COMMON_HEADERS_FOR and header in COMMON_HEADERS):
            yield Finding(path, _line(text, match.start()), "layer",
                          "%s may not include %s: %s does not depend on %s" % (path, header, layer, target))


def check_bans(path, text):
    code = code_of(text)
    for ban in BANS:
        if path.startswith(tuple(folder + "/" for folder in ban.folders)) and (ban.tests_too or not is_test(path)):
            for match in re.finditer(ban.pattern, code):
                yield Finding(path, _line(code, match.start()), "ban", "%s: %s" % (match[0].strip(), ban.why))


def check_words(path, text):
    for pattern, why in BANNED_WORDS.items():
        for match in re.finditer(pattern, text):
            yield Finding(path, _line(text, match.start()), "word", "%s: %s" % (match[0], why))


def check_size(path, text):
    lines = text.count("\n")
    most = MAX_LINES.get(os.path.splitext(path)[1])
    if most and lines > most:
        yield Finding(path, lines, "size", "%d lines, more than %d: split it along its nature" % (lines, most))


def check_functions(path, text):
    """Finds functions by their form in the Google style: from a line in column 0 to a "}" in column 0."""
    if not path.endswith((".h", ".cc")) or is_test(path):
        return
    start = None
    opened = False
    for number, line in enumerate(code_of(text).splitlines(), 1):
        line = line.rstrip()
        if line == "}":
            if opened and number - start + 1 > MAX_FUNCTION_LINES:
                yield Finding(path, start, "function", "a function of %d lines, more than %d: split it" %
                              (number - start + 1, MAX_FUNCTION_LINES))
            start, opened = None, False
        elif opened:
            continue
        elif not line or line.endswith(";") or line.startswith(("#", "}")) or _NOT_A_FUNCTION.match(line):
            start = None
        else:
            start = start or (number if not line[0].isspace() else None)
            opened = start is not None and line.endswith("{")


def check_guard(path, text):
    if not path.endswith(".h"):
        return
    guard = "WGSIM_" + re.sub(r"\W", "_", path).upper() + "_"
    directives = [line for line in text.splitlines() if line.startswith("#")]
    if directives[:2] != ["#ifndef " + guard, "#define " + guard] or directives[-1:] != ["#endif  // " + guard]:
        yield Finding(path, 1, "guard", "the include guard must be %s, with `#endif  // %s` at the end" % (guard, guard))


def check_form(path, text):
    if path.endswith(COPYRIGHT_SUFFIXES) and text:
        lines = text.splitlines()
        first = lines[1] if lines[0].startswith("#!") and len(lines) > 1 else lines[0]
        if first not in ("// " + COPYRIGHT, "# " + COPYRIGHT):
            yield Finding(path, 1, "copyright", "the first line must be: " + COPYRIGHT)
    if text and not text.endswith("\n"):
        yield Finding(path, text.count("\n") + 1, "form", "no end of line at the end of the file")
    for number, line in enumerate(text.splitlines(), 1):
        if line != line.rstrip():
            yield Finding(path, number, "form", "blanks at the end of the line")
        if "\t" in line:
            yield Finding(path, number, "form", "a tab")


CHECKS_OF_CODE = [check_includes, check_bans, check_size, check_functions, check_guard]
CHECKS_OF_TEXT = [check_words, check_form]


def check_file(path, text):
    """All findings in one file; path is relative to the root of the workspace."""
    checks = CHECKS_OF_TEXT + (CHECKS_OF_CODE if path.endswith((".h", ".cc")) else [])
    return [finding for check in checks for finding in check(path, text)]


def check_dead_files(files):
    """Every C++, proto and Python file is named in the BUILD file of its package (by a glob at least), or in a script beside it; or
    it is a program for people, with #! in its first line."""
    for path in sorted(files):
        if not path.endswith((".h", ".cc", ".proto", ".py")) or files[path].startswith("#!"):
            continue
        folder = os.path.dirname(path)
        scripts = [text for other, text in files.items()
                   if os.path.dirname(other) == folder and other.endswith((".sh", ".py")) and other != path]
        while folder and folder + "/BUILD" not in files:
            folder = os.path.dirname(folder)
        build = os.path.join(folder, "BUILD")
        name = os.path.relpath(path, folder or ".")
        globs = re.findall(r'glob\(\["([^"]+)"\]\)', files.get(build, ""))
        if any(fnmatch.fnmatch(name, pattern) for pattern in globs):
            continue
        words = ['"%s"' % name] + (['"%s_proto"' % name[:-len(".proto")]] if name.endswith(".proto") else [])
        if not any(word in files.get(build, "") for word in words) and not any(
                os.path.basename(path) in text for text in scripts):
            yield Finding(path, 1, "dead", "no target of %s has this file" % build)


def files_of(root):
    """Path -> text of every text file of the workspace."""
    files = {}
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in SKIPPED_FOLDERS and
                      not (folder == root and name.startswith("bazel-"))]
        for name in names:
            path = os.path.join(folder, name)
            if (name.endswith(TEXT_SUFFIXES) or name in TEXT_NAMES) and not os.path.islink(path):
                with open(path, encoding="utf-8") as file:
                    files[os.path.relpath(path, root)] = file.read()
    return files


def check_tree(files, exceptions):
    """All findings but the excepted ones, and the exceptions that except nothing."""
    findings = [finding for path in sorted(files) for finding in check_file(path, files[path])]
    findings += check_dead_files(files)
    used = {(finding.rule, finding.path) for finding in findings}
    findings = [finding for finding in findings if (finding.rule, finding.path) not in exceptions]
    for rule, path in sorted(set(exceptions) - used):
        findings.append(Finding(path, 1, "exception", "EXCEPTIONS has (%r, %r), which is not needed" % (rule, path)))
    return findings
