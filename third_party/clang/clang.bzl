"""@clang_cc: a C++ toolchain for the installed clang, beside Bazel's own one for g++.

Bazel's own @local_config_cc looks for one compiler only, named by the environment. This repository uses the same
machinery for clang, so that both can be used in one build (third_party/variants) and no environment has to be set.
"""

load("@bazel_tools//tools/cpp:lib_cc_configure.bzl", "get_cpu_value")
load("@bazel_tools//tools/cpp:unix_cc_configure.bzl", "configure_unix_toolchain")

def _clang_toolchain_impl(repository_ctx):
    clang = repository_ctx.path("/usr/bin/clang")
    if not clang.exists:
        fail("@clang_cc needs the Debian package clang: run tools/test, or apt-get install clang")
    configure_unix_toolchain(repository_ctx, get_cpu_value(repository_ctx), {"gcc": str(clang)})

clang_toolchain = repository_rule(
    implementation = _clang_toolchain_impl,
    doc = "@NAME//:toolchain is for --crosstool_top.",
    local = True,
    configure = True,
)
