"""Which system libraries there are: target -> Debian package, and pkg-config module or file. Keep it sorted."""

def _library(package, module = None, file = None, linkopts = []):
    """`file`: of a library without pkg-config module, below the machine's folder of libraries."""
    return struct(package = package, module = module, file = file, linkopts = linkopts)

# absl/<folder>/<name>.h is @system//:absl_<name>: the pkg-config module has the same name.
_ABSL = [
    "algorithm",
    "algorithm_container",
    "any",
    "any_invocable",
    "base",
    "bind_front",
    "bits",
    "btree",
    "cleanup",
    "config",
    "core_headers",
    "endian",
    "failure_signal_handler",
    "fixed_array",
    "flags",
    "flags_config",
    "flags_marshalling",
    "flags_parse",
    "flags_reflection",
    "flags_usage",
    "flat_hash_map",
    "flat_hash_set",
    "function_ref",
    "hash",
    "inlined_vector",
    "int128",
    "memory",
    "meta",
    "node_hash_map",
    "node_hash_set",
    "numeric",
    "optional",
    "span",
    "stacktrace",
    "status",
    "statusor",
    "str_format",
    "strings",
    "symbolize",
    "synchronization",
    "time",
    "type_traits",
    "utility",
    "variant",
]

LIBRARIES = {
    "absl_" + name: _library("libabsl-dev", module = "absl_" + name)
    for name in _ABSL
}

LIBRARIES.update({
    "b2": _library("libb2-dev", module = "libb2"),
    "benchmark": _library("libbenchmark-dev", module = "benchmark"),
    "benchmark_main": _library(
        "libbenchmark-dev",
        module = "benchmark",
        linkopts = ["-lbenchmark_main"],
    ),
    "boringssl": _library("android-libboringssl-dev", file = "android/libcrypto.so"),
    "gmock": _library("libgmock-dev", module = "gmock"),
    "gmock_main": _library("libgmock-dev", module = "gmock_main"),
    "gtest": _library("libgtest-dev", module = "gtest"),
    "gtest_main": _library("libgtest-dev", module = "gtest_main"),
    "protobuf": _library("libprotobuf-dev", module = "protobuf"),
    "sodium": _library("libsodium-dev", module = "libsodium"),
    "xxhash": _library("libxxhash-dev", module = "libxxhash"),
})
