"""@system: the C and C++ libraries of the installed Debian system, one cc_library each, found by pkg-config.

A library that is not installed is an error of the targets that need it, and of no other: the tool builds without the
libraries of the tests.
"""

load(":libraries.bzl", "LIBRARIES")

_HEADER = """# Written by third_party/system/system.bzl.
load("@rules_cc//cc:defs.bzl", "cc_library")
load("@wgsim//third_party/system:missing_library.bzl", "missing_library")

package(default_visibility = ["//visibility:public"])
"""

_LIBRARY = """
cc_library(
    name = "{name}",
    linkopts = {linkopts},
)
"""

_MISSING_LIBRARY = """
missing_library(
    name = "{name}",
    package = "{package}",
)
"""

def _by_module(repository_ctx, pkg_config, library):
    """How to link it; None if it is not installed."""
    found = repository_ctx.execute([pkg_config, "--libs", library.module])
    if found.return_code != 0:
        return None
    return [word for word in found.stdout.strip().split(" ") if word]

def _by_file(repository_ctx, library):
    found = repository_ctx.execute(["sh", "-c", "ls /usr/lib/*/" + library.file])
    if found.return_code != 0:
        return None
    path = found.stdout.split("\n")[0]
    return [path, "-Wl,-rpath," + path.rpartition("/")[0]]

def _target(repository_ctx, pkg_config, name, library):
    if library.module:
        linkopts = _by_module(repository_ctx, pkg_config, library)
    else:
        linkopts = _by_file(repository_ctx, library)
    if linkopts == None:
        return _MISSING_LIBRARY.format(name = name, package = library.package)
    return _LIBRARY.format(name = name, linkopts = repr(linkopts + library.linkopts))

def _system_libraries_impl(repository_ctx):
    pkg_config = repository_ctx.which("pkg-config")
    if not pkg_config:
        fail("@system needs the Debian package pkg-config: run tools/wgsim or tools/test, or apt-get install pkg-config")
    targets = [
        _target(repository_ctx, pkg_config, name, library)
        for name, library in sorted(LIBRARIES.items())
    ]
    repository_ctx.file("BUILD", _HEADER + "".join(targets))

system_libraries = repository_rule(
    implementation = _system_libraries_impl,
    doc = "One cc_library per entry of libraries.bzl.",
    configure = True,
    environ = ["PKG_CONFIG_PATH"],
)
