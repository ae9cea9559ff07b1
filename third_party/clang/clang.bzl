"""@clang_cc: a C++ toolchain for the installed clang, beside Bazel's own one for g++.

Bazel's own @local_config_cc looks for one compiler only, named by the environment. This repository uses the same
machinery for clang, so that both can be used in one build (third_party/variants) and no environment has to be set.
"""

load("@bazel_tools//tools/cpp:lib_cc_configure.bzl", "get_cpu_value")
load("@bazel_tools//tools/cpp:unix_cc_configure.bzl", "configure_unix_toolchain")

# Bazel 4.2's toolchain knows the action of features = ["parse_headers"] (each header compiles on its own, and includes
# only headers of its own dependencies) but lacks the feature. A header is compiled like a source file: the output, an
# object file without code, is much smaller than a precompiled header, and Bazel insists on an output.
_PARSE_HEADERS = """
def _parse_headers_feature():
    return [
        feature(
            name = "parse_headers",
            flag_sets = [
                flag_set(
                    actions = [ACTION_NAMES.cpp_header_parsing],
                    flag_groups = [flag_group(flags = ["-xc++", "-O0", "-U_FORTIFY_SOURCE"])],
                ),
            ],
        ),
    ]
"""

def _replace(repository_ctx, path, old, new):
    text = repository_ctx.read(path)
    if old not in text:
        fail("@clang_cc: this Bazel's C++ toolchain is another one than that of 4.2 (no %s in %s)" % (old, path))
    repository_ctx.delete(path)
    repository_ctx.file(path, text.replace(old, new))

def _add_parse_headers(repository_ctx):
    features = "] + layering_check_features(ctx.attr.compiler)"
    config = "cc_toolchain_config.bzl"
    _replace(repository_ctx, config, features, features + " + _parse_headers_feature()")
    repository_ctx.file(config, repository_ctx.read(config) + _PARSE_HEADERS)
    module_map = "module_map = \":module.modulemap\","
    _replace(repository_ctx, "BUILD", module_map, module_map + "\n    supports_header_parsing = 1,")

_MISSING = """# Written by third_party/clang/clang.bzl.
load("@wgsim//third_party/system:missing_library.bzl", "missing_library")

missing_library(
    name = "toolchain",
    package = "clang",
    visibility = ["//visibility:public"],
)
"""

def _clang_toolchain_impl(repository_ctx):
    # The toolchain's module map names every header that is installed: a list of packages that has changed makes it anew.
    repository_ctx.path(Label("@wgsim//tools:packages.txt"))
    clang = repository_ctx.path("/usr/bin/clang")
    if not clang.exists:
        # An error of the builds that want clang, and of no other.
        repository_ctx.file("BUILD", _MISSING)
        return
    configure_unix_toolchain(repository_ctx, get_cpu_value(repository_ctx), {"gcc": str(clang)})
    _add_parse_headers(repository_ctx)

clang_toolchain = repository_rule(
    implementation = _clang_toolchain_impl,
    doc = "@NAME//:toolchain is for --crosstool_top.",
    configure = True,
)
