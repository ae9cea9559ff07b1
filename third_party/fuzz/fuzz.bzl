"""A fuzzer that is a test as well.

    load("//third_party/fuzz:fuzz.bzl", "fuzz_test")

    # messages_fuzz.cc: extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
    fuzz_test(
        name = "messages_fuzz",
        srcs = ["messages_fuzz.cc"],
        corpus = ["testdata/initiation.bin"],
        deps = [":messages"],
    )

In every configuration but one it is a test with a fixed amount of work: each file of the corpus, its prefixes, and its
single-bit changes (replay_main.cc). With --config=fuzz it is a libFuzzer program, under ASan and UBSan:

    bazel build --config=fuzz //protocol:messages_fuzz
    bazel-bin/protocol/messages_fuzz -max_total_time=600 FOLDER_THAT_GROWS protocol/testdata
"""

load("@rules_cc//cc:defs.bzl", "cc_test")

def fuzz_test(name, srcs, corpus, deps = [], **kwargs):
    """A fuzzer, or the test that replays its corpus.

    Args:
      name: X_fuzz.
      srcs: the file with LLVMFuzzerTestOneInput.
      corpus: files, at least one.
      deps: as of a cc_test.
      **kwargs: as of a cc_test.
    """
    cc_test(
        name = name,
        srcs = srcs,
        args = ["$(rootpaths %s)" % file for file in corpus],
        data = corpus,
        linkopts = select({
            "//third_party/fuzz:libfuzzer": ["-fsanitize=fuzzer"],
            "//conditions:default": [],
        }),
        deps = deps + select({
            "//third_party/fuzz:libfuzzer": [],
            "//conditions:default": ["//third_party/fuzz:replay_main"],
        }),
        **kwargs
    )
