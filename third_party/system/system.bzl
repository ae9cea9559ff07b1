"""@system: the C and C++ libraries of the installed Debian system, one cc_library each, found by pkg-config."""

load(":libraries.bzl", "LIBRARIES")

_HEADER = """# Written by third_party/system/system.bzl.
load("@rules_cc//cc:defs.bzl", "cc_library")

package(default_visibility = ["//visibility:public"])
"""

_LIBRARY = """
cc_library(
    name = "{name}",
    linkopts = {linkopts},
)
"""

def _linkopts(repository_ctx, pkg_config, name, library):
    result = repository_ctx.execute([pkg_config, "--libs", library.module])
    if result.return_code != 0:
        fail("@system//:%s needs the Debian package %s (no %s.pc): run tools/wgsim or tools/test, or apt-get install %s" %
             (name, library.package, library.module, library.package))
    return result.stdout.strip().split(" ") + library.linkopts

def _system_libraries_impl(repository_ctx):
    pkg_config = repository_ctx.which("pkg-config")
    if not pkg_config:
        fail("@system needs the Debian package pkg-config: run tools/wgsim or tools/test, or apt-get install pkg-config")
    build = _HEADER
    for name, library in LIBRARIES.items():
        build += _LIBRARY.format(
            name = name,
            linkopts = repr(_linkopts(repository_ctx, pkg_config, name, library)),
        )
    repository_ctx.file("BUILD", build)

system_libraries = repository_rule(
    implementation = _system_libraries_impl,
    doc = "One cc_library per entry of libraries.bzl.",
    local = True,
    configure = True,
    environ = ["PKG_CONFIG_PATH"],
)
