"""Protocol buffers by the installed /usr/bin/protoc: Debian has no Bazel rules for them that work offline.

    load("//third_party/protobuf:protobuf.bzl", "wgsim_proto_library")

    # result.proto: import "scenarios/scenario.proto";
    wgsim_proto_library(
        name = "result_proto",
        deps = [":scenario_proto"],
    )

makes

    :result_proto     result.proto and what it imports; for the deps of another wgsim_proto_library
    :result_cc_proto  a cc_library: #include "scenarios/result.pb.h"
    :result_py_proto  a py_library: from scenarios import result_pb2

One .proto file per target. Imports are written from the root of the workspace; Google's own
(google/protobuf/duration.proto ...) need no dependency.
"""

load("@rules_cc//cc:defs.bzl", "cc_library")

ProtoSourcesInfo = provider(
    doc = "The .proto files that protoc must be able to read.",
    fields = {"transitive_sources": "depset of File"},
)

def _proto_sources_impl(ctx):
    return [
        DefaultInfo(files = depset([ctx.file.src])),
        ProtoSourcesInfo(transitive_sources = depset(
            [ctx.file.src],
            transitive = [dep[ProtoSourcesInfo].transitive_sources for dep in ctx.attr.deps],
        )),
    ]

_proto_sources = rule(
    implementation = _proto_sources_impl,
    attrs = {
        "deps": attr.label_list(providers = [ProtoSourcesInfo]),
        "src": attr.label(
            mandatory = True,
            allow_single_file = [".proto"],
        ),
    },
)

def _protoc_impl(ctx):
    sources = ctx.attr.proto[ProtoSourcesInfo].transitive_sources

    # "external/wgsim" in a build of another workspace.
    root = ctx.label.workspace_root
    ctx.actions.run(
        executable = "/usr/bin/protoc",
        arguments = [
            "--proto_path=" + (root or "."),
            "--proto_path=/usr/include",
            "--%s_out=%s" % (ctx.attr.language, ctx.genfiles_dir.path + ("/" + root if root else "")),
            ctx.file.proto.path,
        ],
        inputs = sources,
        outputs = ctx.outputs.outs,
        mnemonic = "Protoc",
        progress_message = "Generating %s of %s" % (ctx.attr.language, ctx.file.proto.short_path),
    )

_protoc = rule(
    implementation = _protoc_impl,
    attrs = {
        "language": attr.string(
            mandatory = True,
            values = [
                "cpp",
                "python",
            ],
        ),
        "outs": attr.output_list(mandatory = True),
        "proto": attr.label(
            mandatory = True,
            allow_single_file = [".proto"],
            providers = [ProtoSourcesInfo],
        ),
    },
    output_to_genfiles = True,
)

def wgsim_proto_library(name, src = None, deps = [], visibility = None, testonly = False):
    """One .proto file, in C++ and in Python.

    Args:
      name: X_proto.
      src: the file; X.proto unless told.
      deps: the X_proto targets of the files it imports.
      visibility: of all targets.
      testonly: of all targets.
    """
    if not name.endswith("_proto"):
        fail("wgsim_proto_library %s: the name must end in _proto" % name)
    stem = name[:-len("_proto")]
    src = src or stem + ".proto"
    file = src[:-len(".proto")]
    common = dict(testonly = testonly, visibility = visibility)

    _proto_sources(
        name = name,
        src = src,
        deps = deps,
        **common
    )

    _protoc(
        name = stem + "_cc_protoc",
        testonly = testonly,
        outs = [
            file + ".pb.cc",
            file + ".pb.h",
        ],
        language = "cpp",
        proto = ":" + name,
    )

    cc_library(
        name = stem + "_cc_proto",
        srcs = [file + ".pb.cc"],
        hdrs = [file + ".pb.h"],
        # Generated: nobody can follow its warnings.
        copts = ["-w"],
        deps = [_sibling(dep, "_cc_proto") for dep in deps] + ["@system//:protobuf"],
        **common
    )

    _protoc(
        name = stem + "_py_protoc",
        testonly = testonly,
        outs = [file + "_pb2.py"],
        language = "python",
        proto = ":" + name,
    )

    native.py_library(
        name = stem + "_py_proto",
        srcs = [file + "_pb2.py"],
        deps = [_sibling(dep, "_py_proto") for dep in deps],
        **common
    )

def _sibling(proto, suffix):
    """:x_proto -> :x_cc_proto."""
    if not proto.endswith("_proto"):
        fail("a dep of wgsim_proto_library must be a wgsim_proto_library, and end in _proto: " + proto)
    return proto[:-len("_proto")] + suffix
