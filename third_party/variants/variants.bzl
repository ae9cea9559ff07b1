"""One program, built several ways in one build: for tests that compare what the builds do.

    load("//third_party/variants:variants.bzl", "VARIANTS", "binary_variants")

    binary_variants(
        name = "wgsim",
        binary = "//tools:wgsim",
    )

    py_test(
        name = "determinism_test",
        srcs = ["determinism_test.py"],
        args = ["$(rootpath :wgsim_%s)" % variant for variant in VARIANTS],
        data = [":wgsim_%s" % variant for variant in VARIANTS],
        tags = ["variants"],
    )

makes //package:wgsim_gcc_opt, :wgsim_gcc_O0, :wgsim_clang_asan and :wgsim_clang_opt. The binary must be visible to the
package that says so, and needs no change itself. A variant does not depend on the configuration around it: with
--config=asan or --config=clang on the command line the same four programs are built. In the default configuration
wgsim_gcc_opt *is* //tools:wgsim: nothing is compiled twice for it.

Because the answer of such a test does not depend on the configuration, asking once is enough: tag it "variants", and
.ci/run leaves it out of its sanitizer stage (the tests of the default configuration have run it).

How: a Starlark transition on the attribute `binary` of the rule binary_variant replaces every option that decides how
C++ is built, the toolchain (g++ or clang) among them.
"""

_GCC = "@bazel_tools//tools/cpp:toolchain"
_CLANG = "@clang_cc//:toolchain"

# The same as in .bazelrc: change both. variants_test compares them.
_COPTS = ["-Wall", "-Wextra", "-Werror", "-Wno-missing-field-initializers", "-Wno-restrict", "-fno-tree-slp-vectorize"]
_CXXOPTS = ["-std=c++20"]
_FEATURES = ["-supports_dynamic_linker", "-supports_pic"]
_SANITIZERS = ["-fsanitize=address,undefined"]

def _variant(crosstool_top, compilation_mode, suffix, copts = [], linkopts = [], strip = "sometimes"):
    return {
        "//command_line_option:compilation_mode": compilation_mode,
        "//command_line_option:copt": _COPTS + copts,
        "//command_line_option:crosstool_top": crosstool_top,
        "//command_line_option:cxxopt": _CXXOPTS,
        "//command_line_option:dynamic_mode": "off",
        "//command_line_option:features": _FEATURES,
        "//command_line_option:linkopt": linkopts,
        "//command_line_option:platform_suffix": suffix,
        "//command_line_option:start_end_lib": True,
        "//command_line_option:strip": strip,
    }

_OPTIONS = {
    # The default configuration.
    "gcc_opt": _variant(_GCC, "opt", None),
    # --config=O0
    "gcc_O0": _variant(_GCC, "dbg", "-O0", copts = ["-O0"]),
    # --config=asan
    "clang_asan": _variant(
        _CLANG,
        "dbg",
        "-asan",
        copts = ["-Wno-unknown-warning-option"] + _SANITIZERS + [
            "-fno-sanitize-recover=all",
            "-O1",
            "-g1",
            "-D_GLIBCXX_ASSERTIONS",
        ],
        linkopts = _SANITIZERS + [
            "-fsanitize-link-c++-runtime",
            "-fuse-ld=lld",
        ],
        strip = "never",
    ),
    # --config=clang
    "clang_opt": _variant(_CLANG, "opt", "-clang", copts = ["-Wno-unknown-warning-option"]),
}

VARIANTS = _OPTIONS.keys()

def _transition_impl(settings, attr):
    return _OPTIONS[attr.variant]

_variant_transition = transition(
    implementation = _transition_impl,
    inputs = [],
    outputs = _OPTIONS["gcc_opt"].keys(),
)

def _binary_variant_impl(ctx):
    # A list, because the attribute has a transition.
    binary = ctx.attr.binary[0][DefaultInfo]
    program = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(
        output = program,
        target_file = binary.files_to_run.executable,
        is_executable = True,
    )
    return [DefaultInfo(
        executable = program,
        files = depset([program]),
        runfiles = ctx.runfiles(files = [program]).merge(binary.default_runfiles),
    )]

binary_variant = rule(
    implementation = _binary_variant_impl,
    doc = "A program that is `binary`, built as `variant` says.",
    attrs = {
        "binary": attr.label(
            mandatory = True,
            executable = True,
            cfg = _variant_transition,
            doc = "A cc_binary.",
        ),
        "variant": attr.string(
            mandatory = True,
            values = VARIANTS,
        ),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    executable = True,
)

def binary_variants(name, binary, testonly = True, visibility = None):
    """Makes name_VARIANT for every variant; they are built when a test needs them.

    Args:
      name: the targets' common prefix.
      binary: the cc_binary.
      testonly: of the targets.
      visibility: of the targets.
    """
    for variant in VARIANTS:
        binary_variant(
            name = name + "_" + variant,
            testonly = testonly,
            binary = binary,
            tags = ["manual"],
            variant = variant,
            visibility = visibility,
        )

def _variants_json_impl(ctx):
    output = ctx.actions.declare_file("variants.json")
    ctx.actions.write(output, json.encode(_OPTIONS))
    return [DefaultInfo(files = depset([output]), runfiles = ctx.runfiles([output]))]

variants_json = rule(
    implementation = _variants_json_impl,
    doc = "variants.json: every variant with its options, for variants_test.",
)
