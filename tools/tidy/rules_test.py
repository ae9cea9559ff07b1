# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Each rule of tidy.py finds what it is for, and nothing else."""

import unittest

from tools.tidy import tidy

HEAD = "// " + tidy.COPYRIGHT + "\n"


def rules(path, text):
    """The rules that a file breaks, as "rule:line"."""
    return ["%s:%d" % (finding.rule, finding.line) for finding in tidy.check_file(path, text)]


def header(path, body):
    guard = "WGSIM_" + path.replace("/", "_").replace(".", "_").upper() + "_"
    return HEAD + "#ifndef %s\n#define %s\n%s#endif  // %s\n" % (guard, guard, body, guard)


class Layers(unittest.TestCase):
    def includes(self, path, *headers):
        return rules(path, HEAD + "".join('#include "%s"\n' % name for name in headers))

    def test_what_may_be_included(self):
        self.assertEqual(self.includes("protocol/a.cc", "protocol/b.h", "protocol/crypto/c.h"), [])
        self.assertEqual(self.includes("sim/a.cc", "sim/b.h", *tidy.COMMON_HEADERS), [])
        self.assertEqual(self.includes("sim/net/a.cc", "sim/b.h", "sim/net/c.h", "protocol/ip.h"), [])
        self.assertEqual(self.includes("sim/wg/a.cc", "sim/b.h", "sim/net/c.h", "protocol/device.h"), [])
        self.assertEqual(self.includes("scenarios/a.cc", "sim/wg/b.h", "protocol/device.h"), [])
        self.assertEqual(self.includes("tools/a.cc", "scenarios/b.h", "absl/strings/str_cat.h"), [])

    def test_nothing_points_up_or_aside(self):
        self.assertEqual(self.includes("protocol/a.cc", "sim/b.h"), ["layer:2"])
        self.assertEqual(self.includes("protocol/a_test.cc", "sim/wg/b.h"), ["layer:2"])
        self.assertEqual(self.includes("sim/a.cc", "protocol/device.h"), ["layer:2"])
        self.assertEqual(self.includes("sim/a.cc", "sim/net/b.h", "sim/wg/c.h"), ["layer:2", "layer:3"])
        self.assertEqual(self.includes("sim/net/a.cc", "sim/wg/b.h", "protocol/device.h"), ["layer:2", "layer:3"])
        self.assertEqual(self.includes("sim/wg/a.cc", "scenarios/b.h"), ["layer:2"])
        self.assertEqual(self.includes("scenarios/a.cc", "tools/b.h"), ["layer:2"])

    def test_a_value_machine_has_no_clock_no_io_and_no_protobuf(self):
        for name in ["<thread>", "<random>", "<sys/socket.h>", '"google/protobuf/message.h"']:
            for folder in ["protocol", "protocol/crypto", "sim", "sim/net", "sim/wg"]:
                self.assertEqual(rules(folder + "/a.cc", HEAD + "#include %s\n" % name), ["include:2"])
            self.assertEqual(rules("scenarios/a.cc", HEAD + "#include %s\n" % name), [])
        self.assertEqual(rules("protocol/a_test.cc", HEAD + "#include <fstream>\n"), [])
        self.assertEqual(rules("protocol/a.cc", HEAD + "#include <vector>\n"), [])


class Bans(unittest.TestCase):
    def banned(self, path, code):
        return rules(path, HEAD + code + "\n")

    def test_chance_and_clocks(self):
        for code in ["std::random_device d;", "absl::BitGen gen;", "std::uniform_int_distribution<int> d;", "x = rand();",
                     "auto t = absl::Now();", "auto t = std::chrono::steady_clock::now();", "time(nullptr);"]:
            self.assertEqual(self.banned("sim/a.cc", code), ["ban:2"], code)
            self.assertEqual(self.banned("sim/a_test.cc", code), ["ban:2"], code)
            self.assertEqual(self.banned("tools/a.cc", code), [], code)

    def test_names_that_only_look_like_them_are_free(self):
        for code in ["Operand(3);", "virtual_time(0);", "doubled = 1;", "static_assert(true);", "my_randombytes = 0;"]:
            self.assertEqual(self.banned("sim/a.cc", code), [], code)

    def test_an_engine_is_portable_enough_for_a_test(self):
        self.assertEqual(self.banned("sim/a.cc", "std::mt19937 gen(7);"), ["ban:2"])
        self.assertEqual(self.banned("sim/a_test.cc", "std::mt19937 gen(7);"), [])

    def test_floating_point(self):
        self.assertEqual(self.banned("protocol/a.cc", "double x;"), ["ban:2"])
        self.assertEqual(self.banned("sim/net/a.cc", "float x;"), ["ban:2"])
        self.assertEqual(self.banned("scenarios/a.cc", "double x;"), [])
        self.assertEqual(self.banned("sim/a_bench.cc", "double x;"), [])

    def test_comments_and_strings_are_not_code(self):
        self.assertEqual(self.banned("sim/a.cc", "int x;  // a double, absl::Now()"), [])
        self.assertEqual(self.banned("sim/a.cc", "/* a\ndouble */ int x;"), [])
        self.assertEqual(self.banned("sim/a.cc", 'Say("a double \\" double");'), [])
        self.assertEqual(self.banned("sim/a.cc", 'Say(R"(a "double")");'), [])
        self.assertEqual(self.banned("sim/a.cc", "int x = 1'000; double y = 1'000;"), ["ban:2"])

    def test_words(self):
        for word in ["TO" + "DO", "FIX" + "ME"]:
            self.assertEqual(rules("docs/A.md", "# A\n\n%s: later\n" % word), ["word:3"])
            self.assertEqual(rules("sim/a.cc", HEAD + "// %s(me)\n" % word), ["word:2"])
        self.assertEqual(rules("docs/A.md", "the word to" + "do in small letters\n"), [])


class Sizes(unittest.TestCase):
    def test_files(self):
        self.assertEqual(rules("sim/a.cc", HEAD + "\n" * 499), [])
        self.assertEqual(rules("sim/a.cc", HEAD + "\n" * 500), ["size:501"])
        self.assertEqual(rules("sim/a.h", header("sim/a.h", "\n" * 246)), [])
        self.assertEqual(rules("sim/a.h", header("sim/a.h", "\n" * 247)), ["size:251"])

    def test_functions(self):
        body = "  x();\n" * 69
        self.assertEqual(rules("sim/a.cc", HEAD + "void F() {\n" + body[7:] + "}\n"), [])
        self.assertEqual(rules("sim/a.cc", HEAD + "void F() {\n" + body + "}\n"), ["function:2"])
        self.assertEqual(rules("sim/a.cc", HEAD + "void F(int a,\n       int b) {\n" + body + "}\n"), ["function:2"])
        self.assertEqual(rules("sim/a.cc", HEAD + "A::A()\n    : b_(3) {\n" + body + "}\n"), ["function:2"])
        self.assertEqual(rules("sim/a_test.cc", HEAD + "TEST(A, B) {\n" + body + "}\n"), [])

    def test_namespaces_and_classes_are_no_functions(self):
        body = "int x;\n\n" * 50
        self.assertEqual(rules("sim/a.cc", HEAD + "namespace sim {\n" + body + "}\n"), [])
        self.assertEqual(rules("sim/a.cc", HEAD + "namespace {\n\nint F() {\n  y();\n}\n" + body + "}  // namespace\n"), [])
        self.assertEqual(rules("sim/a.cc", HEAD + "class A {\n" + "  int x;\n" * 80 + "};\n"), [])


class Forms(unittest.TestCase):
    def test_guards(self):
        self.assertEqual(rules("sim/net/a.h", header("sim/net/a.h", "")), [])
        self.assertEqual(rules("sim/net/a.h", header("sim/a.h", "")), ["guard:1"])
        self.assertEqual(rules("sim/a.h", HEAD + "#pragma once\n"), ["ban:2", "guard:1"])

    def test_copyright(self):
        self.assertEqual(rules("sim/a.cc", "int x;\n"), ["copyright:1"])
        self.assertEqual(rules("tools/a.sh", "#!/bin/bash\n# " + tidy.COPYRIGHT + "\n"), [])
        self.assertEqual(rules("tools/a.sh", "#!/bin/bash\n"), ["copyright:1"])

    def test_blanks_tabs_and_ends(self):
        self.assertEqual(rules("docs/a.md", "# A \n\tx\ny"), ["form:3", "form:1", "form:2"])


class Trees(unittest.TestCase):
    def test_files_without_a_target(self):
        files = {"sim/BUILD": '"a.cc" "x/b.cc"\n', "sim/a.cc": HEAD, "sim/x/b.cc": HEAD, "sim/c.cc": HEAD,
                 "tools/x/f.sh": "#!/bin/sh\n" + "# " + tidy.COPYRIGHT + "\ng++ d.cc\n", "tools/x/d.cc": HEAD,
                 "tools/y.py": "#!/usr/bin/python3\n# " + tidy.COPYRIGHT + "\n",
                 "scenarios/BUILD": '"s_proto"\n', "scenarios/s.proto": HEAD, "scenarios/t.proto": HEAD}
        self.assertEqual([str(finding) for finding in tidy.check_tree(files, {})],
                         ["scenarios/t.proto:1: no target of scenarios/BUILD has this file [dead]",
                          "sim/c.cc:1: no target of sim/BUILD has this file [dead]"])

    def test_exceptions_are_kept_and_must_be_needed(self):
        files = {"sim/BUILD": '"a.cc"\n', "sim/a.cc": HEAD + "double x;\n"}
        self.assertEqual(len(tidy.check_tree(files, {})), 1)
        self.assertEqual(tidy.check_tree(files, {("ban", "sim/a.cc"): "why"}), [])
        unneeded = tidy.check_tree(files, {("ban", "sim/a.cc"): "why", ("size", "sim/a.cc"): "why"})
        self.assertEqual([finding.rule for finding in unneeded], ["exception"])


if __name__ == "__main__":
    unittest.main()
