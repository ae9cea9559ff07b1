"""Scenarios as tests, in this workspace and in others.

    load("@wgsim//tools:wgsim_scenario_test.bzl", "wgsim_scenario_test")

    wgsim_scenario_test(
        name = "our_cluster_test",
        scenario = "our_cluster.textproto",
        baseline = "our_cluster_baseline.json",
        seeds = [1, 2, 3, 4],
    )

The test fails when an expectation of the scenario does not hold, when the run differs from the baseline (for the first seed), or
when it shows nothing at all (wgsim run --strict). The log says what got worse, in words and figures, and names the commands
that run it again and that renew the baseline. bazel-testlogs/.../test.xml has every expectation as a test case;
test.outputs has the result of each seed as JSON, and a page about it where it failed.

Seeds are shared out among shards: they run in parallel, and with several --jobs as fast as one.
"""

# Bazel's own bound for shard_count.
_MOST_SHARDS = 50

def _quoted(word):
    return "'" + word.replace("'", "'\\''") + "'"

def _bash_list(words):
    return "(" + " ".join([_quoted(word) for word in words]) + ")"

def _scenario_test_impl(ctx):
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    flags = ["--crypto=" + ctx.attr.crypto]
    flags += ["--variant=" + variant for variant in ctx.attr.variants]
    flags += ["--set=" + assignment for assignment in ctx.attr.set]
    if ctx.attr.strict:
        flags.append("--strict")
    baseline = ctx.file.baseline.short_path if ctx.file.baseline else ""
    ctx.actions.write(
        output = script,
        content = "\n".join([
            "#!/bin/bash",
            "# Written by wgsim_scenario_test for %s." % ctx.label,
            "wgsim=" + _quoted(ctx.executable.program.short_path),
            "scenario=" + _quoted(ctx.file.scenario.short_path),
            "baseline=" + _quoted(baseline),
            "seeds=" + _bash_list([str(seed) for seed in ctx.attr.seeds] or [""]),
            "flags=" + _bash_list(flags),
            ". " + _quoted(ctx.file._runner.short_path),
            "",
        ]),
        is_executable = True,
    )
    files = [ctx.executable.program, ctx.file.scenario, ctx.file._runner] + ctx.files.data
    if ctx.file.baseline:
        files.append(ctx.file.baseline)
    runfiles = ctx.runfiles(files = files)
    return [DefaultInfo(
        executable = script,
        runfiles = runfiles.merge(ctx.attr.program[DefaultInfo].default_runfiles),
    )]

_scenario_test = rule(
    implementation = _scenario_test_impl,
    test = True,
    attrs = {
        "baseline": attr.label(allow_single_file = [".json"]),
        "crypto": attr.string(
            default = "real",
            values = [
                "modelled",
                "real",
            ],
        ),
        "data": attr.label_list(allow_files = True),
        "program": attr.label(
            allow_single_file = True,
            cfg = "target",
            default = Label("//tools:program"),
            executable = True,
        ),
        "scenario": attr.label(
            allow_single_file = [".textproto"],
            mandatory = True,
        ),
        "seeds": attr.int_list(),
        "set": attr.string_list(),
        "strict": attr.bool(default = True),
        "variants": attr.string_list(),
        "_runner": attr.label(
            allow_single_file = True,
            default = Label("//tools:scenario_test.sh"),
        ),
    },
)

def wgsim_scenario_test(
        name,
        scenario,
        baseline = None,
        seeds = [],
        variants = [],
        set = [],
        data = [],
        crypto = "real",
        strict = True,
        size = "medium",
        shard_count = None,
        **kwargs):
    """Runs a scenario as a test.

    Args:
      name: of the target.
      scenario: the file.
      baseline: what `wgsim run --write_baseline` wrote for the first of `seeds`; the others are judged by expectations alone.
        `WGSIM_UPDATE_GOLDEN=1 bazel run TARGET` renews it.
      seeds: each is a run; without any, the scenario's own seed.
      variants: only these; all of them if empty.
      set: changes of fields, as --set takes them: ["duration=10s"].
      data: files that the scenario names, such as price lists of one's own, found relative to it.
      crypto: "real", or "modelled", which saves most of the time and changes no figure.
      strict: whether a run that shows nothing fails.
      size: how long all runs of a shard take: "small" a minute at most, "medium" five, "large" fifteen.
      shard_count: in how many parts the seeds run; one for each seed, unless told.
      **kwargs: what any test takes: tags, timeout, visibility, ...
    """
    if len(seeds) > 1 and shard_count == None:
        shard_count = min(len(seeds), _MOST_SHARDS)
    _scenario_test(
        name = name,
        baseline = baseline,
        crypto = crypto,
        data = data,
        scenario = scenario,
        seeds = seeds,
        set = set,
        shard_count = shard_count,
        size = size,
        strict = strict,
        variants = variants,
        **kwargs
    )
