"""The repositories that wgsim needs, for its own WORKSPACE and for that of whoever uses it.

    local_repository(name = "wgsim", path = "/where/wgsim/is")  # or any other rule that fetches it

    load("@wgsim//third_party:workspace.bzl", "wgsim_workspace")

    wgsim_workspace()

Everything comes from the installed Debian system (tools/packages.txt) or from wgsim's own tree: Bazel never opens a network
connection. A repository that the WORKSPACE has defined before stays as it is.

@installed_wgsim//:wgsim is a wgsim that is installed (tools/wgsim install), for tests that are not to wait for a build of it:

    bazel test //... --@wgsim//tools:program=@installed_wgsim//:wgsim

It is the one that WGSIM_PROGRAM names (--repo_env=WGSIM_PROGRAM=/path/of/wgsim), or else the first on PATH.
"""

load("//third_party/system:system.bzl", "system_libraries")

# A folder of this tree as a repository, whether the tree is the main one or not.
def _tree_folder_impl(repository_ctx):
    third_party = repository_ctx.path(Label("//third_party:BUILD")).dirname
    for entry in third_party.get_child(repository_ctx.attr.folder).readdir():
        repository_ctx.symlink(entry, entry.basename)

_tree_folder = repository_rule(
    implementation = _tree_folder_impl,
    attrs = {"folder": attr.string(mandatory = True)},
    local = True,
)

_INSTALLED = """# Written by third_party/workspace.bzl.
exports_files(["wgsim"], visibility = ["//visibility:public"])
"""

_NOT_INSTALLED = """# Written by third_party/workspace.bzl.
genrule(
    name = "wgsim",
    outs = ["not_installed"],
    cmd = "echo 'there is no wgsim on PATH: run tools/wgsim install, or name one: --repo_env=WGSIM_PROGRAM=FILE' >&2; exit 1",
    executable = True,
    visibility = ["//visibility:public"],
)
"""

def _installed_wgsim_impl(repository_ctx):
    named = repository_ctx.os.environ.get("WGSIM_PROGRAM")
    program = repository_ctx.path(named) if named else repository_ctx.which("wgsim")
    if program and program.exists:
        repository_ctx.symlink(program, "wgsim")
        repository_ctx.file("BUILD", _INSTALLED)
    else:
        repository_ctx.file("BUILD", _NOT_INSTALLED)

_installed_wgsim = repository_rule(
    implementation = _installed_wgsim_impl,
    environ = [
        "PATH",
        "WGSIM_PROGRAM",
    ],
    local = True,
)

# What Bazel 4.2 would download by itself: Debian's bazel-* packages.
_DEBIAN = {
    "bazel_skylib": "/usr/share/bazel/tools/skylib",
    "platforms": "/usr/share/bazel/tools/platforms",
    "rules_java": "/usr/share/bazel/rules/java",
    "rules_proto": "/usr/share/bazel/rules/proto",
}

def wgsim_workspace():
    """Defines them all."""
    for name, path in _DEBIAN.items():
        if not native.existing_rule(name):
            native.local_repository(
                name = name,
                path = path,
            )
    for name in ["rules_cc", "remote_coverage_tools"]:
        if not native.existing_rule(name):
            _tree_folder(
                name = name,
                folder = name,
            )

    # @system//:absl_strings, @system//:gtest_main, ...: the libraries of the installed system.
    if not native.existing_rule("system"):
        system_libraries(name = "system")
    _installed_wgsim(name = "installed_wgsim")
