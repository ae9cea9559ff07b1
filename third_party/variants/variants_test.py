# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""The variants are what their names say, and agree with the configurations of .bazelrc."""

import json
import shlex
import subprocess
import sys
import unittest

HERE = "third_party/variants/"

# Option of the transition -> flag of .bazelrc.
LISTS = ["copt", "cxxopt", "features", "linkopt"]
SCALARS = ["compilation_mode", "crosstool_top", "dynamic_mode", "platform_suffix", "strip"]
DEFAULTS = {"crosstool_top": "@bazel_tools//tools/cpp:toolchain", "strip": "sometimes"}

CONFIG_OF_VARIANT = {"gcc_opt": None, "gcc_O0": "O0", "clang_asan": "asan", "clang_opt": "clang"}

FACTS_OF_VARIANT = {
    "gcc_opt": "gcc optimised ndebug",
    "gcc_O0": "gcc",
    "clang_asan": "clang asan optimised",
    "clang_opt": "clang optimised ndebug",
}


def rc_flags(rc_text, config):
    """The flags of `build`, then those of `build:config`, with each nested --config= opened up."""
    by_command = {}
    for line in rc_text.splitlines():
        words = shlex.split(line, comments=True)
        by_command.setdefault(words[0] if words else None, []).extend(words[1:])

    def expanded(command):
        for flag in by_command.get(command, []):
            if flag.startswith("--config="):
                yield from expanded("build:" + flag.partition("=")[2])
            else:
                yield flag

    return list(expanded("build")) + (list(expanded("build:" + config)) if config else [])


def options(flags):
    """Flags as the transition writes them: lists accumulate, for the others the last one wins."""
    result = {name: [] for name in LISTS}
    result.update({name: DEFAULTS.get(name) for name in SCALARS})
    for flag in flags:
        name, _, value = flag[2:].partition("=")
        if name in LISTS:
            result[name].append(value)
        elif name in SCALARS:
            result[name] = value
    return result


class Variants(unittest.TestCase):
    def test_a_variant_is_built_as_its_name_says(self):
        for variant, facts in FACTS_OF_VARIANT.items():
            with self.subTest(variant):
                done = subprocess.run([HERE + "how_built_" + variant], capture_output=True, text=True, check=True)
                self.assertEqual(done.stdout.strip(), facts)

    def test_a_variant_has_the_options_of_its_configuration(self):
        with open(".bazelrc") as rc, open(HERE + "variants.json") as variants:
            rc_text, variants = rc.read(), json.load(variants)
        self.assertEqual(variants.keys(), CONFIG_OF_VARIANT.keys())
        for variant, config in CONFIG_OF_VARIANT.items():
            for name, wanted in options(rc_flags(rc_text, config)).items():
                with self.subTest(variant=variant, option=name):
                    self.assertEqual(variants[variant]["//command_line_option:" + name], wanted)


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
